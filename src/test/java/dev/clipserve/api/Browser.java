package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A real Chromium for a test, which remembers what its pages complained of and whom else they asked. */
final class Browser implements AutoCloseable {

    private static final double PATIENCE_MILLISECONDS = 120_000;
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** As root, and in containers, it has no sandbox of its own; and it asks nobody for updates and the like. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");

    /** Chromium's own line for each answer that is an error; the page tells of those itself. */
    private static final String FAILED_ANSWER = "Failed to load resource:";

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final com.microsoft.playwright.Browser chromium;
    private final List<String> faults = new ArrayList<>();

    Browser() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLISECONDS);
        chromium = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(ARGUMENTS)
                        .setTimeout(PATIENCE_MILLISECONDS));
    }

    static NewContextOptions desktop() {
        return new NewContextOptions().setViewportSize(1280, 900).setLocale("en-GB");
    }

    /** An empty page of its own, with nothing stored. */
    Page page(NewContextOptions options) {
        Page page = chromium.newContext(options).newPage();
        page.setDefaultTimeout(PATIENCE_MILLISECONDS);
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())
                    && !message.text().startsWith(FAILED_ANSWER)) {
                faults.add(message.text());
            }
        });
        page.onPageError(faults::add);
        page.onRequest(request -> {
            if (!request.url().matches("(http://localhost:|blob:|data:).*")) {
                faults.add("asked " + request.url());
            }
        });
        return page;
    }

    /** Errors, violations of the policy and requests to others, of all pages so far. */
    List<String> faults() {
        return faults;
    }

    /** Lets a page have a file in the way that people drop one. */
    static void drop(Page page, String name, byte[] content) {
        page.evaluate("""
                ([name, base64]) => {
                  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
                  const carried = new DataTransfer();
                  carried.items.add(new File([bytes], name));
                  for (const type of ['dragover', 'drop']) {
                    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
                  }
                }""", List.of(name, Base64.getEncoder().encodeToString(content)));
    }

    /** Pastes into what has the focus: a text, a file of this name, or both; what is empty is not there. */
    static void paste(Page page, String text, String fileName, byte[] content) {
        page.evaluate("""
                ([text, name, base64]) => {
                  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
                  const carried = new DataTransfer();
                  if (text) {
                    carried.setData('text', text);
                  }
                  if (name) {
                    carried.items.add(new File([bytes], name));
                  }
                  document.activeElement.dispatchEvent(
                    new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
                }""", List.of(text, fileName, Base64.getEncoder().encodeToString(content)));
    }

    /** Fails where axe-core finds that the page as it is now shuts somebody out; keeps a picture of it. */
    static void checkAccessible(Page page, String state) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(state + ".png"))
                .setFullPage(true));
        page.evaluate(axe());
        Object violations = page.evaluate("""
                async () => (await axe.run()).violations.map(({ id, nodes }) =>
                  `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`)""");
        assertThat((List<?>) violations).as(state).isEmpty();
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
