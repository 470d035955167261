package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.access.Keys;
import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Three requests a caller, and one more in eight hours; two at the same time. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            // Where Spring would believe the headers of proxies by itself.
            "spring.main.cloud-platform=kubernetes",
            "clipserve.access.rate-limit.requests=3",
            "clipserve.access.rate-limit.period=1d",
            "clipserve.access.max-concurrent=2"
        })
class RateLimitHttpTest {

    private static final String[] NAMES = {"a", "b", "c", "d"};

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry registry) {
        for (int i = 0; i < NAMES.length; i++) {
            String name = NAMES[i];
            Keys.register(registry, i, name, "classify", "key " + name);
        }
    }

    private Answer get(String path, String name) {
        return new ServiceClient(port).get(path, "X-API-Key", "key " + name);
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    @Test
    void requests_moreThanTheBurst_areToldWhenToComeAgain() {
        Answer first = get("/models", "a");
        get("/models", "a");
        get("/models", "a");
        Answer fourth = get("/models", "a");

        assertThat(first.status()).isEqualTo(200);
        assertThat(header(first, "RateLimit-Policy")).isEqualTo("\"requests\";q=3;w=86400");
        assertThat(header(first, "RateLimit")).startsWith("\"requests\";r=2;t=");
        assertThat(fourth.status()).isEqualTo(429);
        assertThat(fourth.problem()).isEqualTo("too-many-requests");
        assertThat(header(fourth, "RateLimit")).startsWith("\"requests\";r=0;t=");
        // One request in a third of a day.
        assertThat(Integer.parseInt(header(fourth, "Retry-After"))).isBetween(28_000, 28_800);
        assertThat(fourth.detail()).contains(header(fourth, "Retry-After") + " seconds");
    }

    @Test
    void requests_tooMany_areWordedInEachDialect() {
        for (int i = 0; i < 3; i++) {
            get("/models", "b");
        }

        var openAi = get("/v1/models", "b").json();
        var inference = get("/v2", "b").json();

        assertThat(openAi.at("/error/code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(openAi.at("/error/type").asString()).isEqualTo("requests");
        assertThat(inference.path("error").asString()).startsWith("Too many requests");
    }

    private static int statusFor(int port, String claimed) {
        return new ServiceClient(port)
                .get("/models", "X-Forwarded-For", claimed)
                .status();
    }

    @Test
    void addresses_claimedByAHeader_areNotBelieved() {
        for (int i = 0; i < 3; i++) {
            assertThat(statusFor(port, "192.0.2." + i)).isEqualTo(401);
        }

        assertThat(statusFor(port, "192.0.2.3")).isEqualTo(429);
    }

    @Test
    void addresses_toldByAProxyThatIsBelieved_areCallers() {
        try (var context = SpringApplication.run(
                ClipServeApplication.class,
                "--server.port=0",
                "--server.forward-headers-strategy=native",
                "--clipserve.access.rate-limit.requests=1",
                "--clipserve.access.rate-limit.period=1d")) {
            int other = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);

            assertThat(statusFor(other, "192.0.2.1")).isEqualTo(200);
            assertThat(statusFor(other, "192.0.2.2")).isEqualTo(200);
            assertThat(statusFor(other, "192.0.2.1")).isEqualTo(429);
            assertThat(statusFor(other, "2001:db8::1")).isEqualTo(200);
            assertThat(statusFor(other, "2001:db8::2")).isEqualTo(429);
        }
    }

    @Test
    void openPaths_anyNumberOfTimes_areAnswered() {
        for (int i = 0; i < 10; i++) {
            Answer health = get("/actuator/health/readiness", "c");

            assertThat(health.status()).isEqualTo(200);
            assertThat(header(health, "RateLimit")).isEqualTo("none");
        }
    }

    @Test
    void requests_moreThanAllowedAtOnce_areRefusedUntilOneEnds() throws IOException {
        try (var context = SpringApplication.run(
                ClipServeApplication.class, "--server.port=0", "--clipserve.access.max-concurrent=1")) {
            int other = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            var client = new ServiceClient(other);
            try (Socket slow = new Socket("localhost", other)) {
                slow.getOutputStream()
                        .write("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));

                Answer refused = await().until(() -> client.get("/models"), answer -> answer.status() != 200);

                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.detail()).startsWith("Too many requests at the same time");
                assertThat(header(refused, "Retry-After")).isEqualTo("1");
                assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
            }
            await().until(() -> client.get("/models").status() == 200);
        }
    }
}
