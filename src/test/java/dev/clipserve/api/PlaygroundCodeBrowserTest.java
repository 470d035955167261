package dev.clipserve.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import dev.clipserve.access.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** The commands and programs that the playground shows, run as they stand: they get the answer that the page has. */
@Tag("browser")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PlaygroundCodeBrowserTest {

    private static final String KEY = "a key with 'quotes' and a \" more";

    /** Names and labels with all that shells, curl and languages have a meaning for. */
    private static final String NAME = "it's a \"picture\"; type=, $HOME \\ 图.png";

    private static final List<String> LABELS =
            List.of("a cat, asleep", "it's \"odd\" $HOME `id` \\n", "@sunflower;type=x", "向日葵", "sunflower");

    @LocalServerPort
    private int port;

    @TempDir
    private Path folder;

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry registry) {
        Keys.register(registry, 0, "page", "classify", KEY);
    }

    /** What runs the code of each kind, and the file that it stands in. */
    enum Kind {
        CURL("request.sh"),
        PYTHON("classify.py"),
        JAVASCRIPT("classify.mjs");

        final String file;

        Kind(String file) {
            this.file = file;
        }

        String runner() {
            return switch (this) {
                case CURL -> "bash";
                case PYTHON -> System.getenv().getOrDefault("CLIPSERVE_PYTHON", "python3");
                // Playwright brings its own Node.js.
                case JAVASCRIPT ->
                    Driver.ensureDriverInstalled(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"), false)
                            .createProcessBuilder()
                            .command()
                            .getFirst();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void code_ofThePage_getsTheAnswerOfThePage(Kind kind) throws IOException {
        try (var browser = new Browser()) {
            PlaygroundPage playground =
                    PlaygroundPage.open(browser.page(Browser.desktop()), "http://localhost:" + port + "/");
            playground.at("#key-value").fill(KEY);
            playground.at("#key-value").press("Enter");
            assertThat(playground.at("#facts")).containsText("mini-clip");
            playground.choose(NAME, ServiceClient.FLOWER);
            playground.at("#label").focus();
            Browser.paste(playground.page(), String.join("\n", LABELS), "", new byte[0]);
            playground.at("summary").click();
            playground.at("#none").fill("it's none");
            playground.answered(1, 6);
            playground.example("house");
            assertThat(playground.at(".card")).hasCount(2);
            Files.write(folder.resolve(NAME), ServiceClient.FLOWER);
            Files.copy(Path.of("src/main/resources/playground/house.png"), folder.resolve("house.png"));

            playground
                    .at("[name=code][value=" + kind.name().toLowerCase(Locale.ROOT) + "]")
                    .check();
            String answer = run(kind, playground.at("#code").textContent());

            var expected = PlaygroundPage.predictions(JsonMapper.shared().readTree(answer), 0);
            assertThat(expected).containsKey("it's none").containsKeys(LABELS.toArray(String[]::new));
            assertThat(playground.bars(0).values())
                    .containsExactlyElementsOf(expected.values().stream()
                            .limit(playground.bars(0).size())
                            .toList());
            assertThat(playground.bars(0).size()).isGreaterThan(4);
            assertThat(browser.faults()).isEmpty();
        }
    }

    private String run(Kind kind, String code) throws IOException {
        assertThat(code).doesNotContain(KEY);
        Files.writeString(folder.resolve(kind.file), code + "\n");
        Path errors = folder.resolve("errors");
        var builder = new ProcessBuilder(kind.runner(), kind.file)
                .directory(folder.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("CLIPSERVE_API_KEY", KEY);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue())
                .as("%s\n%s", code, Files.readString(errors))
                .isZero();
        return output;
    }
}
