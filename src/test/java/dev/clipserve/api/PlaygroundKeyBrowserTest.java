package dev.clipserve.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.access.Keys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The playground of a service with API keys, below a path as behind a proxy: open itself, asks for a key when it needs
 * one.
 */
@Tag("browser")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "server.servlet.context-path=/some/where")
class PlaygroundKeyBrowserTest {

    private static final String KEY = "a key of the playground's";

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry registry) {
        Keys.register(registry, 0, "page", "classify", KEY);
    }

    @Test
    void key_wantedByTheService_isAskedForAndNotKept() {
        try (var browser = new Browser()) {
            PlaygroundPage playground =
                    PlaygroundPage.open(browser.page(Browser.desktop()), "http://localhost:" + port + "/some/where/");
            assertThat(playground.at("#key-dialog")).isVisible();
            assertThat(playground.at("#key-reason")).containsText("key");
            Browser.checkAccessible(playground.page(), "key");

            playground.at("#key-value").fill("“no header can have these”");
            playground.at("#key-value").press("Enter");
            assertThat(playground.at("#key-value:invalid")).isVisible();
            playground.at("#key-value").fill("a wrong one");
            playground.at("#key-value").press("Enter");
            assertThat(playground.at("#key-dialog")).isVisible();
            playground.at("#key-value").fill(KEY);
            playground.page().getByText("Use it").click();
            assertThat(playground.at("#facts")).containsText("mini-clip");
            playground.example("house").answered(1, 6);

            assertThat(playground.at("#code")).containsText("-H \"X-API-Key: $CLIPSERVE_API_KEY\"");
            assertThat(playground.at("#code")).containsText("/some/where/classify");
            assertThat((String) playground
                            .page()
                            .evaluate("JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie"))
                    .doesNotContain(KEY);
            assertThat(browser.faults()).isEmpty();
        }
    }
}
