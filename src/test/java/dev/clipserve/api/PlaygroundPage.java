package dev.clipserve.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The playground in a browser, as those see it who use it. */
record PlaygroundPage(Page page) {

    /** A prediction's numbers, as they stand behind the rounded ones that are shown. */
    record Shown(double probability, double similarity) {}

    static PlaygroundPage open(Page page, String address) {
        page.navigate(address);
        return new PlaygroundPage(page);
    }

    Locator at(String selector) {
        return page.locator(selector);
    }

    PlaygroundPage choose(String name, byte[] content) {
        page.setInputFiles("#files", new FilePayload(name, "application/octet-stream", content));
        return this;
    }

    PlaygroundPage example(String name) {
        page.click("[data-example=" + name + "]");
        return this;
    }

    /** Types labels, and waits for their chips. */
    PlaygroundPage label(String... labels) {
        for (String label : labels) {
            at("#label").fill(label);
            at("#label").press("Enter");
            assertThat(at(".chip").last()).containsText(label);
        }
        return this;
    }

    /** Waits until so many images are answered, and nothing newer is under way. */
    PlaygroundPage answered(int images, int labels) {
        assertThat(at(".card")).hasCount(images);
        assertThat(at(".card").first().locator(".bars .label")).hasCount(labels);
        assertThat(at("#answer[aria-busy]")).hasCount(0);
        return this;
    }

    /** The labels of one image in the order of its bars. */
    Map<String, Shown> bars(int image) {
        Map<String, Shown> bars = new LinkedHashMap<>();
        for (Locator bar : at(".card").nth(image).locator(".bars li:not(.head)").all()) {
            bars.put(
                    bar.locator(".label").textContent(),
                    new Shown(value(bar.locator(".probability")), value(bar.locator(".similarity"))));
        }
        return bars;
    }

    static double value(Locator data) {
        return Double.parseDouble(data.getAttribute("value"));
    }

    /** What an answer of the service's says of one image. */
    static Map<String, Shown> predictions(JsonNode answer, int image) {
        Map<String, Shown> predictions = new LinkedHashMap<>();
        for (JsonNode prediction : answer.at("/results/" + image + "/predictions")) {
            predictions.put(
                    prediction.path("label").asString(),
                    new Shown(
                            prediction.path("probability").asDouble(),
                            prediction.path("similarity").asDouble()));
        }
        return predictions;
    }

    boolean scrollsSideways() {
        return (boolean) page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    }

    /** Presses Tab until an element has the focus. */
    PlaygroundPage tabTo(String selector) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            if ((boolean) page.evaluate("selector => document.activeElement.matches(selector)", selector)) {
                return this;
            }
        }
        throw new AssertionError("Tab does not get to " + selector);
    }
}
