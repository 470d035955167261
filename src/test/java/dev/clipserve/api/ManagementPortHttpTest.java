package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.access.Keys;
import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Management endpoints on a port of their own want keys, too. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "management.endpoints.web.base-path=/"})
class ManagementPortHttpTest {

    private static final String METRICS = "/prometheus";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int management;

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry registry) {
        Keys.register(registry, 0, "web", "classify", "web");
        Keys.register(registry, 1, "monitoring", "metrics", "monitoring");
    }

    private static HttpResponse<String> get(int port, String path, String key) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .header("X-API-Key", key)
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path + " failed", e);
        }
    }

    @Test
    void metrics_onTheirPort_wantTheScope() {
        assertThat(get(management, METRICS, "none").statusCode()).isEqualTo(401);
        assertThat(get(management, METRICS, "web").statusCode()).isEqualTo(403);
        assertThat(get(management, "/info", "web").statusCode()).isEqualTo(403);

        var answer = get(management, METRICS, "monitoring");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("clipserve_access_refused_requests_total");
        assertThat(answer.headers().map()).containsKeys("x-request-id", "x-content-type-options");
    }

    @Test
    void health_onItsPort_isOpen() {
        assertThat(get(management, "/health/readiness", "none").statusCode()).isEqualTo(200);
    }

    @Test
    void health_withABody_isRefused() {
        String request = "GET /health/readiness HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ";

        assertThat(new RawExchange(management).send(request + "0\r\n\r\n").status())
                .isEqualTo(200);
        assertThat(new RawExchange(management).send(request + "1\r\n\r\na").problem())
                .isEqualTo("body-too-large");
    }

    @Test
    void ports_eachHasItsOwnPathsOnly() {
        assertThat(get(port, METRICS, "web").statusCode()).isEqualTo(404);
        assertThat(get(port, METRICS, "monitoring").statusCode()).isEqualTo(403);
        assertThat(get(port, "/models", "web").statusCode()).isEqualTo(200);
        assertThat(get(management, "/models", "monitoring").statusCode()).isEqualTo(404);
        assertThat(get(management, "/models", "web").statusCode()).isEqualTo(403);
    }

    /** The limits of connections are the service's, and so are the words of what Tomcat refuses by itself. */
    @Test
    void malformed_onTheirPort_isAProblem() {
        Answer answer = new RawExchange(management).send("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
    }
}
