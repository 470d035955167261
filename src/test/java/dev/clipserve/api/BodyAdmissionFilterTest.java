package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/**
 * In a memory of 4 MiB bodies of 100,000 bytes: 400 of its 4,194 kB for an image, 614 for JSON, of which 2,142 tokens
 * may be objects.
 */
class BodyAdmissionFilterTest {

    private static final RequestLimits LIMITS = new RequestLimits(1 << 20, 8, 100, 200, 10, 500, 1_000);

    private final BodyAdmissionFilter filter = new BodyAdmissionFilter(
            LIMITS, 4 << 20, new ErrorBodies(List.of(), new ProblemMeters(new SimpleMeterRegistry())));

    /** The status of an answer, while what the chain does goes on. */
    private int send(String type, FilterChain chain) throws IOException, ServletException {
        var request = new MockHttpServletRequest("POST", "/classify");
        request.setContentType(type);
        request.setContent(new byte[100_000]);
        var response = new MockHttpServletResponse();
        filter.doFilter(request, response, chain);
        return response.getStatus();
    }

    private void whileHeld(int bodies, FilterChain chain) throws IOException, ServletException {
        if (bodies == 0) {
            chain.doFilter(new MockHttpServletRequest(), new MockHttpServletResponse());
        } else {
            send("application/json", (_, _) -> whileHeld(bodies - 1, chain));
        }
    }

    @Test
    void doFilter_jsonBodies_areChargedTheirTrees() throws IOException, ServletException {
        whileHeld(6, (_, _) -> {
            assertThat(send("image/png", (_, _) -> {})).isEqualTo(200);
            assertThat(send("application/json", (_, _) -> {})).isEqualTo(503);
        });
        assertThat(send("application/json", (_, _) -> {})).isEqualTo(200);
    }
}
