package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What browsers are told: which pages may ask, and what to make of answers. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "clipserve.access.cors.allowed-origins=https://good.example,https://also.example:8443",
            "clipserve.access.keys[0].name=nobody",
            "clipserve.access.keys[0].scopes=classify",
            "clipserve.access.keys[0].sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        })
class BrowserHttpTest {

    private static final String ORIGIN = "Access-Control-Allow-Origin";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private static HttpResponse<String> ask(int port, String method, String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(method, BodyPublishers.noBody());
        try {
            return HTTP.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path + " failed", e);
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        assertThat(answer.headers().allValues(name)).hasSizeLessThan(2);
        return answer.headers().firstValue(name).orElse("none");
    }

    private static HttpResponse<String> preflight(int port, String origin, String method, String headers) {
        return ask(
                port,
                "OPTIONS",
                "/classify",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                headers);
    }

    @ParameterizedTest
    @CsvSource({"https://good.example", "https://also.example:8443"})
    void preflight_allowedOrigin_needsNoKey(String origin) {
        var answer = preflight(port, origin, "POST", "authorization, content-type");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, ORIGIN)).isEqualTo(origin);
        assertThat(header(answer, "Access-Control-Allow-Methods")).contains("POST");
        assertThat(header(answer, "Access-Control-Allow-Headers")).contains("authorization", "content-type");
        assertThat(header(answer, "Access-Control-Max-Age")).isEqualTo("3600");
        assertThat(header(answer, "Access-Control-Allow-Credentials")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "https://bad.example, POST, content-type",
        "https://good.example:444, POST, content-type",
        "http://good.example, POST, content-type",
        "null, POST, content-type",
        "https://good.example, PATCH, content-type",
        "https://good.example, POST, x-other"
    })
    void preflight_anythingElse_isAProblem(String origin, String method, String headers) {
        var answer = preflight(port, origin, method, headers);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("/problems/origin-not-allowed");
        assertThat(header(answer, ORIGIN)).isEqualTo("none");
    }

    @Test
    void request_ofAnAllowedOrigin_mayReadWhyItIsRefused() {
        var refused = ask(port, "GET", "/models", "Origin", "https://good.example");
        var answered = ask(port, "GET", "/models", "Origin", "https://good.example", "X-API-Key", "abc");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, ORIGIN)).isEqualTo("https://good.example");
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(header(answered, "Access-Control-Expose-Headers"))
                .contains("X-Request-Id", "RateLimit", "traceresponse");
    }

    @Test
    void request_ofAnotherOrigin_isRefusedInTheWordsOfItsPath() {
        var answer = ask(port, "GET", "/v1/models", "Origin", "https://bad.example", "X-API-Key", "abc");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("\"code\":\"origin_not_allowed\"");
    }

    @Test
    void crossOrigin_byDefault_isOff() {
        try (var context = SpringApplication.run(ClipServeApplication.class, "--server.port=0")) {
            int other = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);

            assertThat(preflight(other, "https://good.example", "POST", "content-type")
                            .headers()
                            .map())
                    .doesNotContainKey(ORIGIN.toLowerCase(java.util.Locale.ROOT));
            assertThat(header(ask(other, "GET", "/models", "Origin", "https://good.example"), ORIGIN))
                    .isEqualTo("none");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/models, 401, no-store",
        "/actuator/health/readiness, 200, no-store",
        "/problems, 200, no-cache",
        "/openapi.yaml, 200, no-cache",
        "/label-sets, 401, 'private, no-cache'",
        "/models|, 400, no-store"
    })
    void answer_ofAnyStatus_hasTheSecurityHeaders(String path, int status, String caching) {
        var answer = path.endsWith("|") ? ask(port, "GET", path.replace("|", "%ff%fe%00")) : ask(port, "GET", path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(header(answer, "Content-Security-Policy")).isEqualTo("default-src 'none'; frame-ancestors 'none'");
        assertThat(header(answer, "Cache-Control")).isEqualTo(caching);
    }

    @Test
    void docs_everyFile_hasThePolicyOfThePage() {
        assertThat(List.of("/docs", "/docs/swagger-ui/swagger-ui-bundle.js", "/docs/swagger-ui/swagger-initializer.js"))
                .allSatisfy(path -> {
                    var answer = ask(port, "GET", path);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(header(answer, "Content-Security-Policy"))
                            .startsWith("default-src 'self';")
                            .contains("frame-ancestors 'none'");
                });
    }
}
