package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page that shows the contract: all of it comes from the service itself. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class DocsHttpTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    private URI page;

    @BeforeEach
    void setUp() {
        page = URI.create("http://localhost:" + port + "/docs");
    }

    @Test
    void page_everyReference_isAnsweredByTheService() {
        List<URI> references = references();

        assertThat(references)
                .extracting(URI::getPath)
                .contains("/docs/swagger-ui/swagger-ui.css", "/docs/swagger-ui/swagger-ui-bundle.js")
                .hasSize(4);
        assertThat(references).allSatisfy(reference -> {
            assertThat(reference.getAuthority()).isEqualTo(page.getAuthority());
            assertThat(get(reference).statusCode()).isEqualTo(200);
        });
    }

    @Test
    void page_policy_allowsNothingOfOthers() {
        var policy = get(page).headers().firstValue("Content-Security-Policy").orElseThrow();

        assertThat(policy).startsWith("default-src 'self';").doesNotContain("http", "unsafe", "*");
    }

    @Test
    void initializer_ofThePage_showsTheContractOfTheService() {
        String initializer =
                get(page.resolve("/docs/swagger-ui/swagger-initializer.js")).body();

        assertThat(initializer).contains("openapi.yaml", "validatorUrl: null").doesNotContain("http");
    }

    private List<URI> references() {
        String html = new ServiceClient(port).get("/docs").body();
        return REFERENCE
                .matcher(html)
                .results()
                .map(match -> page.resolve(match.group(1)))
                .toList();
    }

    private HttpResponse<String> get(URI uri) {
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(uri + " failed", e);
        }
    }
}
