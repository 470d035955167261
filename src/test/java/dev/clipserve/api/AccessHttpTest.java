package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.access.Keys;
import dev.clipserve.api.Contract.Operation;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A service with a key for each scope: one in a file, the others in its settings. It is closed before its file is
 * deleted; else it would tell the log of that during whatever test comes next.
 */
@DirtiesContext
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class AccessHttpTest {

    /** A key for each scope. */
    private static final Map<String, String> KEYS =
            Map.of("classify", "web-key-1", "label-sets", "editor-key-2", "metrics", "monitoring-key-3");

    private static final String OWN = "X-API-Key";
    private static final String PROMETHEUS = "/actuator/prometheus";

    @TempDir
    private static Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry registry) throws IOException {
        Path file = folder.resolve("keys");
        Files.writeString(file, Keys.line("web", "classify", key("classify")));
        registry.add("clipserve.access.keys-file", file::toString);
        Keys.register(registry, 0, "editor", "label-sets", key("label-sets"));
        Keys.register(registry, 1, "monitoring", "metrics", key("metrics"));
    }

    private static String key(String scope) {
        String key = KEYS.get(scope);
        assertThat(key).as("key for %s", scope).isNotNull();
        return String.valueOf(key);
    }

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private static String challenge(Answer answer) {
        return answer.headers().firstValue("WWW-Authenticate").orElse("none");
    }

    @TestFactory
    Stream<DynamicTest> operations_everyOne_takesNoKeyOfAnotherScope() {
        return new Contract()
                .operations().stream()
                        .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> {
                            if (operation.scopes().isEmpty()) {
                                assertThat(client.ask(operation).status()).isIn(200, 404);
                            } else {
                                assertGuarded(
                                        operation, operation.scopes().iterator().next());
                            }
                        }));
    }

    private void assertGuarded(Operation operation, String scope) {
        assertThat(client.ask(operation).status()).as("without a key").isEqualTo(401);
        assertThat(client.ask(operation, OWN, "another").status())
                .as("with another key")
                .isEqualTo(401);
        KEYS.forEach((other, key) -> {
            Answer answer = client.ask(operation, "Authorization", "Bearer " + key);
            if (other.equals(scope)) {
                assertThat(answer.status()).as("with the key for %s", other).isNotIn(401, 403, 429);
            } else {
                assertThat(answer.status()).as("with the key for %s", other).isEqualTo(403);
                assertThat(challenge(answer))
                        .isEqualTo("Bearer realm=\"clipserve\", error=\"insufficient_scope\", scope=\"" + scope + "\"");
            }
        });
    }

    @Test
    void refused_nativePath_isAProblemWithAChallenge() {
        Answer none = client.get("/models");
        Answer unknown = client.get("/models", OWN, "a-secret-of-mine");
        Answer lacking = client.get("/models", OWN, key("metrics"));

        assertThat(none.problem()).isEqualTo("unauthenticated");
        assertThat(challenge(none)).isEqualTo("Bearer realm=\"clipserve\"");
        assertThat(unknown.problem()).isEqualTo("unauthenticated");
        assertThat(challenge(unknown)).isEqualTo("Bearer realm=\"clipserve\", error=\"invalid_token\"");
        assertThat(unknown.body()).doesNotContain("a-secret-of-mine");
        assertThat(lacking.problem()).isEqualTo("missing-scope");
        assertThat(lacking.detail()).contains("'classify'");
    }

    @Test
    void refused_dialects_haveTheirOwnWords() {
        var openAi = client.get("/v1/models", "Authorization", "Bearer sk-any").json();
        var inference = client.get("/v2", OWN, key("metrics")).json();
        var huggingFace = client.json("/models/mini-clip", "{}").json();

        assertThat(openAi.at("/error/code").asString()).isEqualTo("invalid_api_key");
        assertThat(openAi.at("/error/type").asString()).isEqualTo("invalid_request_error");
        assertThat(inference.path("error").asString()).contains("lacks the scope 'classify'");
        assertThat(huggingFace.path("error").asString()).contains("has no API key");
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer web-key-1, 200",
        "Authorization, bearer   web-key-1, 200",
        "X-API-Key, web-key-1, 200",
        "x-api-key, web-key-1, 200",
        "Authorization, Basic web-key-1, 401",
        "Authorization, web-key-1, 401",
        "Authorization, Bearer, 401",
        "X-API-Key, Bearer web-key-1, 401",
        "X-API-Key, WEB-KEY-1, 401",
        "X-API-Key, web-key-, 401"
    })
    void key_eachWayToShowIt_isKnownOrNot(String header, String value, int status) {
        assertThat(client.get("/models", header, value).status()).isEqualTo(status);
    }

    @Test
    void key_bothWays_theOwnHeaderDecides() {
        String mine = key("classify");

        assertThat(client.get("/models", OWN, mine, "Authorization", "Bearer of-a-proxy")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/models", OWN, "other", "Authorization", "Bearer " + mine)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PROMETHEUS,
                "/actuator/info",
                "/actuator",
                "/actuator/health/diskSpace",
                "/actuator/;/prometheus",
                "/actuator;a=b/prometheus",
                "/actuator/health/../prometheus",
                "/actuator/health/..;/prometheus",
                "/actuator/health/%2e%2e/prometheus",
                "/actuator/health/..%2fprometheus",
                "/docs/../actuator/prometheus",
                "/docs/..%2f..%2factuator/prometheus",
                "/docs/%2e%2e/models",
                "/docs/..;/models",
                "/problems/../models",
                "/v2/health/live/../../../models",
                "/openapi.yaml/../models",
                "//models",
                "/./models",
                "/models/",
                "/%6dodels",
                "/nothing"
            })
    void path_withoutAKey_leadsNowhere(String path) {
        HttpResponse<String> answer = raw(path);

        assertThat(answer.statusCode()).isIn(400, 401, 404);
        assertThat(answer.body()).doesNotContain("jvm_memory", "\"context\"", "context_length");
    }

    private HttpResponse<String> raw(String path, String... headers) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path + " failed", e);
        }
    }

    @Test
    void metrics_rightKey_tellWhoWasRefusedAndNoKey() {
        client.get("/models", OWN, "a-secret-of-mine");

        HttpResponse<String> answer = raw(PROMETHEUS, OWN, key("metrics"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .containsPattern("clipserve_access_refused_requests_total\\{reason=\"key-unknown\"} [1-9]")
                .doesNotContain("a-secret-of-mine", key("metrics"));
        assertThat(raw(PROMETHEUS, OWN, key("classify")).statusCode()).isEqualTo(403);
    }

    @Test
    void health_withoutAKey_isOpen() {
        assertThat(List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"))
                .allSatisfy(path -> assertThat(raw(path).statusCode()).isEqualTo(200));
    }

    /** The connection stays open, and not a byte of the body comes. */
    @ParameterizedTest
    @CsvSource({
        "POST /, Content-Length: 33554432",
        "GET /, Content-Length: 1",
        "POST /playground/page.js, Transfer-Encoding: chunked",
        "POST /problems, Content-Length: 33554432",
        "GET /problems/overloaded, Transfer-Encoding: chunked",
        "POST /docs, Content-Length: 33554432",
        "POST /docs/x, Transfer-Encoding: chunked",
        "PUT /openapi.yaml, Content-Length: 33554432",
        "POST /v2/health/live, Content-Length: 33554432",
        "GET /v2/health/ready, Transfer-Encoding: chunked",
        "POST /actuator/health, Content-Length: 33554432",
        "DELETE /actuator/health/liveness, Transfer-Encoding: chunked"
    })
    void body_toAnOpenPath_isRefusedByItsHeaders(String line, String length) throws IOException {
        String head = " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n" + length + "\r\n\r\n";
        try (var socket = new Socket("localhost", port)) {
            socket.getOutputStream().write((line + head).getBytes(StandardCharsets.US_ASCII));

            assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void body_toAnOpenPath_isRefusedWhateverTheKeyInTheWordsOfThePath() {
        Answer problem = client.form("/problems", new Form().field("a", "b"));
        Answer known = client.send(
                client.request("/problems").header(OWN, key("classify")).POST(BodyPublishers.ofString("a")));
        Answer inference = client.json("/v2/health/live", "{}");

        assertThat(List.of(problem.status(), known.status(), inference.status()))
                .containsOnly(413);
        assertThat(problem.problem()).isEqualTo("body-too-large");
        assertThat(problem.detail()).isEqualTo("This path takes no body; send the request without one.");
        assertThat(inference.json().path("error").asString()).isEqualTo(problem.detail());
    }

    @Test
    void body_ofNoLength_isNone() {
        String request = "GET /actuator/health/readiness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

        Answer answer = new RawExchange(port).send(request + "Content-Length: 0\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void body_ofWhoIsNotLetIn_isNotReadFirst() {
        Answer answer = client.raw("/classify", new byte[8 << 20], "labels=cat");

        assertThat(answer.status()).isEqualTo(401);
    }

    /** Whatever the headers are, nobody gets in without a key, and nothing breaks. */
    @RepeatedTest(60)
    void headers_random_areRefused(RepetitionInfo trial) {
        var random = new Random(trial.getCurrentRepetition());
        String name = List.of(OWN, "Authorization", "Forwarded", "X-Forwarded-For", "X-Forwarded-User", "Cookie")
                .get(random.nextInt(6));
        String start = List.of("", "Bearer ", "bearer", "Bearer\t", "Basic ", "key web ", Keys.sha256(key("classify")))
                .get(random.nextInt(7));
        String rest = random.ints(random.nextInt(600), 0x20, 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        Answer answer = client.get("/models", name, start + rest);

        assertThat(answer.status()).isEqualTo(401);
    }
}
