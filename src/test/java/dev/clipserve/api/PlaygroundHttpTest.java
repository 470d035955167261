package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The playground's files: whole, small, of the service's own, and cached by content. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PlaygroundHttpTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"|from '(\\./[^']*)'");

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private HttpResponse<byte[]> get(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
        try {
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path + " failed", e);
        }
    }

    /** The page and all that it needs, by what the files themselves say. */
    private Set<String> files() {
        Set<String> found = new TreeSet<>();
        collect("/", found);
        return found;
    }

    private void collect(String path, Set<String> found) {
        if (!found.add(path)) {
            return;
        }
        HttpResponse<byte[]> answer = get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        if (path.endsWith(".png") || path.endsWith(".svg")) {
            return;
        }
        REFERENCE
                .matcher(new String(answer.body(), StandardCharsets.UTF_8))
                .results()
                .forEach(match -> {
                    String reference = match.group(1) != null ? match.group(1) : match.group(2);
                    if (reference != null && !reference.equals("docs")) {
                        collect(URI.create(path).resolve(reference).getPath(), found);
                    }
                });
    }

    @Test
    void page_allItNeeds_isAnsweredByTheServiceAndSmall() {
        Set<String> files = files();

        assertThat(files).contains("/", "/playground/app.js", "/playground/page.css", "/playground/chinese.js");
        assertThat(files.stream().mapToInt(file -> get(file).body().length).sum())
                .isBetween(10_000, 100_000);
    }

    @Test
    void page_reloaded_isNotSentAgain() {
        String version = get("/playground/app.js").headers().firstValue("ETag").orElseThrow();

        HttpResponse<byte[]> again = get("/playground/app.js", "If-None-Match", version);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get("/playground/app.js", "If-None-Match", "\"another\"").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html;charset=UTF-8",
        "/playground/app.js, text/javascript;charset=UTF-8",
        "/playground/page.css, text/css;charset=UTF-8",
        "/playground/icon.svg, image/svg+xml",
        "/playground/canary.png, image/png"
    })
    void file_ofEachKind_hasItsTypeAndThePolicyOfThePage(String path, String type) {
        var headers = get(path).headers();

        assertThat(headers.firstValue("Content-Type")).hasValue(type);
        assertThat(headers.firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .doesNotContain("unsafe", "http", "*");
    }

    @ParameterizedTest
    @CsvSource({"/playground/none.js", "/playground/..%2fapplication.yaml", "/playground/", "/index.html"})
    void file_thatIsNotThere_isAProblem(String path) {
        Answer answer = new ServiceClient(port).get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("not-found");
    }

    /** What the page suggests with its examples: each picture is told from the others. */
    @ParameterizedTest
    @CsvSource({"sunflower, canary", "apple, apple", "house, house", "bus, bus", "mountain, mountain", "rocket, rocket"
    })
    void example_amongTheLabelsOfAll_isRecognized(String label, String name) {
        byte[] picture = get("/playground/" + name + ".png").body();

        Answer answer = new ServiceClient(port)
                .form(new Form().file("image", picture).field("labels", "sunflower,apple,house,bus,mountain,rocket"));

        assertThat(answer.json().at("/results/0/predictions/0/label").asString())
                .isEqualTo(label);
        assertThat(answer.probability(label)).isGreaterThan(0.5);
    }

    @Test
    void page_switchedOff_isNotThere() {
        try (var context = SpringApplication.run(
                ClipServeApplication.class, "--server.port=0", "--clipserve.playground.enabled=false")) {
            int other = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            var client = new ServiceClient(other);

            assertThat(Set.of("/", "/playground/app.js").stream()
                            .map(path -> client.get(path).status())
                            .collect(Collectors.toSet()))
                    .containsExactly(404);
        }
    }
}
