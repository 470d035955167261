package dev.clipserve.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.clipserve.api.PlaygroundPage.predictions;
import static dev.clipserve.api.PlaygroundPage.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.clipserve.api.PlaygroundPage.Shown;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The playground in a real browser: what it shows is what the service answers. */
@Tag("browser")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class PlaygroundBrowserTest {

    private static final byte[] FLOWER = ServiceClient.FLOWER;
    private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

    private static Browser browser;

    @LocalServerPort
    private int port;

    private ServiceClient service;
    private PlaygroundPage playground;

    @BeforeAll
    static void startBrowser() {
        browser = new Browser();
    }

    @AfterAll
    static void noFaults() {
        browser.close();
        assertThat(browser.faults()).isEmpty();
    }

    @BeforeEach
    void open() {
        service = new ServiceClient(port);
        playground = PlaygroundPage.open(browser.page(Browser.desktop()), "http://localhost:" + port + "/");
    }

    private Answer classify(Map<String, String> fields, byte[]... images) {
        var form = new Form().fields(fields);
        for (byte[] image : images) {
            form.file("image", image);
        }
        return service.form(form);
    }

    @Test
    void text_draggedFromOneElementToTheNext_isTakenForNoFile() {
        Object dropping = playground.page().evaluate("""
                () => {
                  const next = document.querySelector('main');
                  document.body.dispatchEvent(new DragEvent('dragleave', { relatedTarget: next, bubbles: true }));
                  return document.body.classList.contains('dropping');
                }""");

        assertThat(dropping).isEqualTo(false);
    }

    @Test
    void image_dropped_showsTheNumbersOfTheApi() {
        Browser.drop(playground.page(), "flower.png", FLOWER);
        playground.label("sunflower", "motorcycle", "whale").answered(1, 3);

        Answer expected = classify(Map.of("labels", "sunflower,motorcycle,whale"), FLOWER);

        assertThat(playground.bars(0)).containsExactlyEntriesOf(predictions(expected.json(), 0));
        assertThat(playground.at("figcaption")).containsText("png · 320 × 320");
        Browser.checkAccessible(playground.page(), "one-image");
    }

    @Test
    void imageAndList_pasted_areTaken() {
        Browser.paste(playground.page(), "", "pasted.png", FLOWER);
        playground.at("#label").focus();
        Browser.paste(playground.page(), "sunflower, whale ,sunflower", "", NO_IMAGE);
        playground.answered(1, 2);
        Browser.paste(playground.page(), "a cat, asleep\n\n a dog \n", "", NO_IMAGE);
        playground.answered(1, 4);

        assertThat(playground.bars(0)).containsOnlyKeys("sunflower", "whale", "a cat, asleep", "a dog");
    }

    /** Spreadsheets copy a picture of the cells beside their text. */
    @Test
    void list_pastedWithItsPicture_isNoImage() {
        playground.at("#label").focus();

        Browser.paste(playground.page(), "sunflower\nwhale", "cells.png", FLOWER);

        assertThat(playground.at(".chip")).hasCount(2);
        assertThat(playground.at(".thumbs li")).hasCount(0);
    }

    @Test
    void label_removedWhileAnotherIsTyped_takesOneClick() {
        playground.choose("flower.png", FLOWER).label("sunflower", "motorcycle").answered(1, 2);
        playground.at("#label").fill("whale");

        playground.page().getByLabel("Remove motorcycle").click();

        assertThat(playground.at(".card")).containsText("whale");
        assertThat(playground.bars(0)).containsOnlyKeys("sunflower", "whale");
    }

    @Test
    void labels_removed_areAskedForNoMore() {
        playground.choose("flower.png", FLOWER).label("sunflower", "motorcycle").answered(1, 2);

        playground.page().getByLabel("Remove motorcycle").click();
        playground.answered(1, 1);

        assertThat(playground.bars(0).values())
                .singleElement()
                .extracting(Shown::probability)
                .isEqualTo(1.0);
        // Its embedding is known by then: nothing of it is decoded or encoded.
        assertThat(playground.at("[data-stage=score]")).isVisible();
        assertThat(playground.at("[data-stage=prepare]")).hasCount(0);
    }

    @Test
    void options_changed_areThoseOfTheRequest() {
        playground.choose("flower.png", FLOWER).label("sunflower", "whale").answered(1, 2);
        playground.at("summary").click();
        playground.at("#temperature").fill("5");
        playground.at("#templates").selectOption("own");
        playground.at("#own-templates").fill("a drawing of a {}.\na {} in the wild");
        playground.at("#none").fill("something else");
        playground.answered(1, 3);
        assertThat(playground.at("#code")).containsText("temperature=5");
        assertThat(playground.at("#temperature-slider")).hasAttribute("aria-valuetext", "5");

        Answer expected = classify(
                Map.of(
                        "labels", "sunflower,whale",
                        "templates", "[\"a drawing of a {}.\",\"a {} in the wild\"]",
                        "none_label", "something else",
                        "temperature", "5"),
                FLOWER);

        assertThat(playground.bars(0).values())
                .containsExactlyElementsOf(predictions(expected.json(), 0).values());
        assertThat(playground.at(".label.none")).hasText("something else (none of these)");
        Browser.checkAccessible(playground.page(), "options");
    }

    @Test
    void scoring_similarity_hasNoProbabilities() {
        playground.choose("flower.png", FLOWER).label("sunflower", "whale").answered(1, 2);
        playground.at("summary").click();
        playground.at("#scoring").selectOption("similarity");

        assertThat(playground.at(".bars .probability")).hasCount(0);
        assertThat(playground.at(".bars .similarity")).hasCount(2);
        assertThat(playground.at("#scoring option[value=independent]")).isDisabled();
    }

    @Test
    void scoring_ofTheModel_isShownAndNotSent() {
        String models = service.get("/models")
                .body()
                .replace("\"default_scoring\":\"softmax\"", "\"default_scoring\":\"similarity\"");
        Page page = browser.page(Browser.desktop());
        page.route("**/models", route -> route.fulfill(new Route.FulfillOptions().setBody(models)));
        playground = PlaygroundPage.open(page, "http://localhost:" + port + "/");
        assertThat(playground.at("#scoring")).hasValue("similarity");
        playground.choose("flower.png", FLOWER).label("sunflower").answered(1, 1);
        assertThat(playground.at("#code")).not().containsText("scoring");

        playground.at("summary").click();
        playground.at("#scoring").selectOption("softmax");

        assertThat(playground.at("#code")).containsText("scoring=softmax");
    }

    @Test
    void labelSet_chosen_isUsed() {
        playground.choose("flower.png", FLOWER);
        playground.page().getByLabel("A label set").first().check();
        playground.at("#label-set").selectOption("cifar-100");
        playground.answered(1, 10);

        Answer expected = classify(Map.of("label_set", "cifar-100"), FLOWER);

        assertThat(playground.bars(0).entrySet())
                .containsExactlyElementsOf(predictions(expected.json(), 0).entrySet().stream()
                        .limit(10)
                        .toList());
        playground.page().getByText("Show all 100").click();
        playground.answered(1, 100);
        assertThat(playground.at(".bars li:not(.head)").nth(10)).isFocused();
    }

    @Test
    void labelSets_thatCouldNotBeHad_areAskedForAgain() {
        Page page = browser.page(Browser.desktop());
        page.route("**/label-sets", Route::abort);
        playground = PlaygroundPage.open(page, "http://localhost:" + port + "/");
        assertThat(playground.at("#problem")).containsText("The service cannot be reached");
        page.unroute("**/label-sets");

        playground.choose("flower.png", FLOWER);
        page.getByLabel("A label set").first().check();

        playground.answered(1, 10);
    }

    @Test
    void severalImages_heatMapAndSearch_haveTheNumbersOfTheApi() {
        playground.example("house").example("apple").answered(2, 6);
        Answer expected = classify(
                Map.of("labels", "sunflower,apple,house,bus,mountain,rocket"), picture("house"), picture("apple"));
        for (int image = 0; image < 2; image++) {
            var cells = playground.at(".heat tbody tr").nth(image).locator("td data");
            assertThat(cells).hasCount(6);
            assertThat(predictions(expected.json(), image))
                    .extractingByKey("house")
                    .extracting(Shown::probability)
                    .isEqualTo(value(cells.nth(2)));
        }

        playground.at("#query").fill("a photo of a fruit");
        assertThat(playground.at(".found li")).hasCount(2);

        var compared = service.form(
                "/similarity",
                new Form()
                        .file("image", picture("house"))
                        .file("image", picture("apple"))
                        .field("texts", "a photo of a fruit"));
        assertThat(value(playground.at(".found .probability").first()))
                .isEqualTo(compared.json().at("/probabilities/over_images/0/1").asDouble());
        assertThat(playground.at(".found img").first()).hasAttribute("alt", "apple.png");
        Browser.checkAccessible(playground.page(), "several-images");
    }

    private static byte[] picture(String name) {
        return ServiceClient.read(Path.of("src/main/resources/playground/" + name + ".png"));
    }

    @Test
    void badFile_alone_isExplainedInTheWordsOfTheApi() {
        playground.choose("notes.png", NO_IMAGE).label("cat");

        Answer expected = classify(Map.of("labels", "cat"), NO_IMAGE);

        assertThat(playground.at("#problem")).containsText(expected.detail());
        assertThat(playground.at("#problem a")).hasAttribute("href", "problems/not-an-image");
        Browser.checkAccessible(playground.page(), "bad-file");

        playground.at("#language").selectOption("zh");

        assertThat(playground.at("#problem")).containsText(expected.detail());
        assertThat(playground.at("#empty")).isHidden();
    }

    @Test
    void file_goneSinceItWasChosen_isNamed(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("gone.png"), FLOWER);
        playground.page().setInputFiles("#files", file);
        playground.label("sunflower").answered(1, 1);
        Files.delete(file);

        playground.label("whale");

        assertThat(playground.at("#problem")).containsText("gone.png cannot be read");
    }

    @Test
    void example_thatCannotBeHad_isSaid() {
        assertThat(playground.at("[data-example=bus] img")).isVisible();
        playground.page().route("**/playground/bus.png", Route::abort);

        playground.example("bus");

        assertThat(playground.at("#problem")).containsText("The service cannot be reached");
    }

    @Test
    void heatMap_ofManyLabels_hasTheBestOnly() {
        playground.example("house").example("apple").answered(2, 6);
        playground.at("#label").focus();
        String numbers =
                IntStream.rangeClosed(7, 30).mapToObj(i -> "label " + i).collect(Collectors.joining("\n"));
        Browser.paste(playground.page(), numbers, "", NO_IMAGE);
        assertThat(playground.at(".heat thead th")).hasCount(30);
        assertThat(playground.at(".heat caption")).hasCount(0);

        playground.label("label 31");

        assertThat(playground.at(".heat caption")).hasText("The 30 best labels");
        assertThat(playground.at(".heat thead th")).hasCount(30);
    }

    @Test
    void badFile_amongOthers_leavesTheOthersAnswered() {
        playground.choose("notes.png", NO_IMAGE).choose("flower.png", FLOWER).label("cat", "sunflower");

        Answer expected = classify(Map.of("labels", "cat,sunflower"), NO_IMAGE, FLOWER);

        assertThat(playground.at(".card").first())
                .containsText(expected.json().at("/results/0/error/detail").asString());
        assertThat(playground.bars(1)).containsExactlyEntriesOf(predictions(expected.json(), 1));
    }

    @Test
    void badFiles_alone_areNotSaidToBeKnown() {
        playground.choose("notes.png", NO_IMAGE).choose("more.png", NO_IMAGE).label("cat");

        assertThat(playground.at(".card .problem")).hasCount(2);
        assertThat(playground.at("#stages .times")).isVisible();
        assertThat(playground.at("#stages .hint")).hasCount(0);
    }

    @Test
    void request_refused_isExplainedInTheWordsOfTheApi() {
        playground.choose("flower.png", FLOWER).label("cat");
        playground.at("summary").click();
        playground.at("#templates").selectOption("own");
        playground.at("#own-templates").fill("no place for the label");

        Answer expected = classify(Map.of("labels", "cat", "templates", "no place for the label"), FLOWER);

        assertThat(playground.at("#problem")).containsText(expected.detail());
    }

    /** The first question hangs, is given up for the second, and only that one's answer is shown. */
    @Test
    void slowServer_labelsChange_olderQuestionIsAborted() {
        List<Route> held = new ArrayList<>();
        List<String> given = new ArrayList<>();
        Page page = playground.page();
        page.route("**/classify", held::add);
        page.onRequestFailed(request -> given.add(request.failure()));
        playground.choose("flower.png", FLOWER).label("whale");
        assertThat(playground.at("#waiting")).containsText("Waiting for the service");
        Browser.checkAccessible(page, "slow-server");

        playground.label("sunflower");
        page.waitForCondition(() -> held.size() == 2);
        assertThat(playground.at("#waiting")).isVisible();
        held.getLast().resume();
        playground.answered(1, 2);

        assertThat(given).containsExactly("net::ERR_ABORTED");
        assertThat(playground.at("#progress")).isHidden();
    }

    @Test
    void api_thatHangs_doesNotHoldUpThePage() {
        Page page = browser.page(Browser.desktop());
        page.route("**/{models,label-sets}", route -> {});

        playground = PlaygroundPage.open(page, "http://localhost:" + port + "/");

        assertThat(playground.at("[data-example=rocket] img")).isVisible();
        playground.choose("flower.png", FLOWER).label("sunflower").answered(1, 1);
    }

    @Test
    void busyServer_asksToComeBack_isAskedAgain() {
        List<Route> asked = new ArrayList<>();
        playground.page().route("**/classify", route -> {
            asked.add(route);
            if (asked.size() > 1) {
                route.resume();
            } else {
                route.fulfill(new Route.FulfillOptions()
                        .setStatus(503)
                        // Longer than the pause between two looks at the page.
                        .setHeaders(Map.of("Retry-After", "3"))
                        .setBody("{\"title\":\"Overloaded\",\"status\":503,\"detail\":\"Too much at once.\"}"));
            }
        });

        playground.choose("flower.png", FLOWER).label("sunflower");

        assertThat(playground.at("#problem")).containsText("Too much at once.");
        playground.answered(1, 1);
        assertThat(playground.at("#problem")).isEmpty();
    }

    @Test
    void connection_cut_isSaid() {
        playground.page().route("**/classify", Route::abort);

        playground.choose("flower.png", FLOWER).label("sunflower");

        assertThat(playground.at("#problem")).containsText("The service cannot be reached");
    }
}
