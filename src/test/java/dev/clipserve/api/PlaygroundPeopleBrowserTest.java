package dev.clipserve.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The playground for everybody: by keyboard, on a phone, in the dark, in Chinese. */
@Tag("browser")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PlaygroundPeopleBrowserTest {

    private static final String BACKGROUND = "getComputedStyle(document.body).backgroundColor";

    private static Browser browser;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void startBrowser() {
        browser = new Browser();
    }

    @AfterAll
    static void noFaults() {
        browser.close();
        assertThat(browser.faults()).isEmpty();
    }

    private PlaygroundPage open(com.microsoft.playwright.Browser.NewContextOptions options) {
        return PlaygroundPage.open(browser.page(options), "http://localhost:" + port + "/");
    }

    @Test
    void empty_page_isAccessible() {
        PlaygroundPage playground = open(Browser.desktop());

        assertThat(playground.at("#facts")).containsText("mini-clip");
        Browser.checkAccessible(playground.page(), "empty");
    }

    @Test
    void keyboard_alone_isEnough() {
        PlaygroundPage playground = open(Browser.desktop());
        var keyboard = playground.page().keyboard();

        playground.tabTo("#files").tabTo("[data-example=house]");
        keyboard.press("Enter");
        playground.answered(1, 6);
        playground.tabTo("#label");
        keyboard.type("tree,castle");
        keyboard.press("Enter");
        playground.answered(1, 8);
        keyboard.press("Backspace");
        playground.answered(1, 7);
        keyboard.press("ArrowLeft");
        keyboard.press("ArrowLeft");
        keyboard.press("Delete");
        playground.answered(1, 6);
        assertThat(playground.at("#chips")).not().containsText("rocket");
        assertThat(playground.page().getByLabel("Remove tree")).isFocused();

        playground.tabTo("summary");
        keyboard.press("Enter");
        playground.tabTo("#templates");
        keyboard.type("None");
        playground.tabTo("#temperature");
        keyboard.press("ArrowUp");
        playground.tabTo("[name=code]");
        keyboard.press("ArrowRight");
        assertThat(playground.at("#code")).containsText("import requests");
        assertThat(playground.at("#code")).containsText("\"templates\": json.dumps([\"label\"])");
        assertThat(playground.at("#code")).containsText("\"temperature\": \"2\"");
    }

    @Test
    void image_removedByKeyboard_leavesTheFocusOnThePage() {
        PlaygroundPage playground = open(Browser.desktop()).example("house").example("bus");
        assertThat(playground.at(".thumbs button")).hasCount(2);

        playground.page().getByLabel("Remove bus.png").press("Enter");
        assertThat(playground.page().getByLabel("Remove house.png")).isFocused();
        playground.page().getByLabel("Remove house.png").press("Enter");

        assertThat(playground.at("#files")).isFocused();
        assertThat(playground.at("#empty")).isVisible();
    }

    @Test
    void example_toggledByKeyboard_keepsTheFocus() {
        PlaygroundPage playground = open(Browser.desktop()).example("house").example("bus");
        assertThat(playground.at(".thumbs button")).hasCount(2);

        playground.page().keyboard().press("Enter");

        assertThat(playground.at(".thumbs button")).hasCount(1);
        assertThat(playground.at("[data-example=bus]")).isFocused();
    }

    @Test
    void phone_everyState_doesNotScrollSideways() {
        PlaygroundPage playground = open(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(320, 640)
                .setHasTouch(true)
                .setIsMobile(true)
                .setColorScheme(ColorScheme.LIGHT));
        assertThat(playground.scrollsSideways()).isFalse();
        assertThat(playground.page().getByText("Take a photo")).isVisible();

        playground.example("house").example("bus").answered(2, 6);
        playground
                .label("Donaudampfschifffahrtsgesellschaftskapitän-".repeat(3))
                .answered(2, 5);
        playground.at("summary").tap();

        assertThat(playground.scrollsSideways()).isFalse();
        Browser.checkAccessible(playground.page(), "phone");
    }

    @Test
    void chinese_asTheBrowserPrefers_isWhole() {
        PlaygroundPage playground = open(Browser.desktop().setLocale("zh-CN"));
        playground.example("house").example("bus").answered(2, 6);

        assertThat(playground.at("html")).hasAttribute("lang", "zh-CN");
        assertThat(playground.at("h2").first()).hasText("图片");
        var texts = playground.at("[data-t]").allTextContents();
        assertThat(texts)
                .isNotEmpty()
                .allSatisfy(text ->
                        assertThat(text).as("Chinese for what the page says").matches("(?s).*\\p{IsHan}.*|API"));
        assertThat(playground.at("body").innerText()).doesNotContain("undefined", "null");
        Browser.checkAccessible(playground.page(), "chinese");
    }

    @Test
    void language_chosen_isRememberedAndChangesBack() {
        PlaygroundPage playground = open(Browser.desktop());
        playground.at("#language").selectOption("zh");
        playground.page().reload();
        assertThat(playground.at("h2").first()).hasText("图片");

        playground.at("#language").selectOption("en");

        assertThat(playground.at("h2").first()).hasText("Images");
        assertThat(playground.at("#label")).hasAttribute("aria-label", "Add labels");
    }

    @Test
    void dark_asTheSystemIs_canBeChosenAway() {
        PlaygroundPage playground = open(Browser.desktop().setColorScheme(ColorScheme.DARK));
        playground.example("house").example("apple").answered(2, 6);
        Browser.checkAccessible(playground.page(), "dark");
        Object dark = playground.page().evaluate(BACKGROUND);

        playground.at("#theme").selectOption("light");
        playground.page().reload();

        assertThat(dark).isEqualTo("rgb(22, 24, 27)");
        assertThat(playground.page().evaluate(BACKGROUND)).isEqualTo("rgb(251, 250, 248)");
    }

    /** The picture in the README: {@code docs/playground.png} is this one. */
    @Test
    void picture_forTheReadme_isTaken() {
        PlaygroundPage playground = open(Browser.desktop().setViewportSize(1200, 1000));
        for (String label : List.of("house", "castle", "skyscraper", "bus", "a red car", "tree")) {
            playground.label(label);
        }
        playground.example("house").example("bus").answered(2, 6);
        playground.page().evaluate("document.activeElement.blur()");
        byte[] picture = playground
                .page()
                .screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/readme.png")));

        assertThat(picture.length).isBetween(20_000, 150_000);
    }
}
