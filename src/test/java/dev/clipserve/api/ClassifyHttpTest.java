package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static dev.clipserve.api.ServiceClient.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.ShippedModel;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ClassifyHttpTest {

    private static final List<String> THOUSAND =
            IntStream.range(0, 1_000).mapToObj(i -> "thing number " + i).toList();

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private static Form flower() {
        return new Form().file("image", FLOWER);
    }

    private static String base64() {
        return Base64.getEncoder().encodeToString(FLOWER);
    }

    private static String jsonRequest(List<String> labels, String options) {
        return "{\"images\":[{\"base64\":\"" + base64() + "\"}],\"labels\":"
                + JsonMapper.shared().writeValueAsString(labels) + options + "}";
    }

    @Test
    void classify_threeBodyForms_giveTheSameAnswer() {
        Answer form = client.form(flower().field("labels", "sunflower").field("labels", "whale"));
        Answer raw = client.raw(FLOWER, "labels=sunflower,whale");
        Answer json = client.json(jsonRequest(List.of("sunflower", "whale"), ""));

        assertThat(form.status()).isEqualTo(200);
        assertThat(raw.body()).isEqualTo(form.body());
        assertThat(json.body()).isEqualTo(form.body());
        assertThat(form.json().at("/results/0/image").toString())
                .isEqualTo("{\"format\":\"png\",\"width\":320,\"height\":320}");
    }

    @Test
    void classify_probabilities_areTheSoftmaxOfScaledSimilarities() {
        Answer answer = client.raw(FLOWER, "labels=flower,clock,plate");

        double scale = ShippedModel.LOGIT_SCALE;
        double sum = List.of("flower", "clock", "plate").stream()
                .mapToDouble(label -> Math.exp(
                        scale * answer.prediction(label).path("similarity").asDouble()))
                .sum();
        for (String label : List.of("flower", "clock", "plate")) {
            double expected =
                    Math.exp(scale * answer.prediction(label).path("similarity").asDouble()) / sum;
            assertThat(answer.probability(label)).isCloseTo(expected, within(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "image/png",
                "image/jpeg",
                "text/plain",
                "application/octet-stream"
            })
    void classify_rawBytesOfAnyContentType_areJudgedByContent(String contentType) {
        Answer answer = client.post(contentType, BodyPublishers.ofByteArray(FLOWER), "labels=sunflower,whale");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/results/0/image/format").asString()).isEqualTo("png");
    }

    @Test
    void classify_labelsInEachSpelling_areTheSameLabels() {
        String expected = client.raw(FLOWER, "labels=cat,dog").body();

        assertThat(client.raw(FLOWER, "labels=cat&labels=dog").body()).isEqualTo(expected);
        assertThat(client.raw(FLOWER, "labels=" + encode("[\"cat\",\"dog\"]")).body())
                .isEqualTo(expected);
        assertThat(client.raw(FLOWER, "labels=" + encode(" cat , dog ")).body()).isEqualTo(expected);
        assertThat(client.form(flower().field("labels", "[\"cat\", \"dog\"]")).body())
                .isEqualTo(expected);
        assertThat(client.form(flower().field("labels", "cat,dog")).body()).isEqualTo(expected);
        assertThat(client.form("/classify?labels=cat,dog", flower()).body()).isEqualTo(expected);
    }

    @Test
    void classify_labelsWithCommasAndOtherScripts_comeBackAsTheyWere() {
        List<String> labels = List.of("red, ripe", "猫", "🌻", "Ελλάδα");

        Answer answer = client.json(jsonRequest(labels, ""));

        assertThat(answer.json()
                        .at("/results/0/predictions")
                        .valueStream()
                        .map(p -> p.path("label").asString()))
                .containsExactlyInAnyOrderElementsOf(labels);
    }

    @Test
    void classify_aThousandLabels_workInEveryForm() {
        Form repeated = flower();
        THOUSAND.forEach(label -> repeated.field("labels", label));
        String query = THOUSAND.stream().map(label -> "labels=" + encode(label)).collect(Collectors.joining("&"));
        String array = JsonMapper.shared().writeValueAsString(THOUSAND);

        Answer answer = client.form(repeated);

        assertThat(answer.json().at("/results/0/predictions").size()).isEqualTo(1_000);
        assertThat(client.form(flower().field("labels", array)).body()).isEqualTo(answer.body());
        assertThat(client.raw(FLOWER, query).body()).isEqualTo(answer.body());
        assertThat(client.json(jsonRequest(THOUSAND, "")).body()).isEqualTo(answer.body());
    }

    @Test
    void classify_labelOrder_neverChangesAProbability() {
        List<String> labels = new ArrayList<>(List.of("flower", "clock", "plate", "lamp", "orange", "a very old tree"));
        Answer expected = client.json(jsonRequest(labels, ""));
        Random random = new Random(3);
        for (int round = 0; round < 10; round++) {
            Collections.shuffle(labels, random);
            Answer answer = client.json(jsonRequest(labels, ""));
            for (String label : labels) {
                assertThat(answer.prediction(label)).isEqualTo(expected.prediction(label));
            }
        }
    }

    @Test
    void classify_severalImagesOneBad_answersTheOthers() {
        Answer answer = client.form(flower().file("image", "no image".getBytes(StandardCharsets.UTF_8))
                .file("image", FLOWER)
                .field("labels", "sunflower,whale"));

        JsonNode results = answer.json().path("results");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(results.size()).isEqualTo(3);
        assertThat(results.get(0)).isEqualTo(results.get(2));
        assertThat(results.at("/1/error/type").asString()).isEqualTo("/problems/not-an-image");
        assertThat(results.at("/1/error/status").asInt()).isEqualTo(415);
    }

    @Test
    void classify_dataUris_areImages() {
        String uri = "data:image/png;base64," + base64();
        Answer answer = client.json(
                "{\"images\":[{\"url\":\"" + uri + "\"},{\"base64\":\"" + uri
                        + "\"},{\"url\":\"https://example.com/a.png\"},{\"base64\":\"?\"}],\"labels\":[\"sunflower\",\"whale\"]}");

        JsonNode results = answer.json().path("results");
        assertThat(results.get(0)).isEqualTo(results.get(1));
        assertThat(results.at("/0/predictions/0/label").asString()).isEqualTo("sunflower");
        assertThat(results.at("/2/error/type").asString()).isEqualTo("/problems/url-not-allowed");
        assertThat(results.at("/3/error/type").asString()).isEqualTo("/problems/invalid-base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "label", "openai-7", "openai-80", "a drawing of a {}."})
    void classify_templates_areKnownOrOwn(String template) {
        Answer answer = client.raw(FLOWER, "labels=sunflower,whale&templates=" + encode(template));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.probability("sunflower")).isGreaterThan(0.9);
    }

    @Test
    void classify_theBundlesTemplateByItsText_equalsTheDefault() {
        assertThat(client.raw(FLOWER, "labels=cat,dog&templates=" + encode("a photo of a {}."))
                        .body())
                .isEqualTo(client.raw(FLOWER, "labels=cat,dog").body());
    }

    @ParameterizedTest
    @CsvSource({"2", "0.5"})
    void classify_temperature_dividesTheLogits(double temperature) {
        double plain = client.raw(FLOWER, "labels=flower,clock").probability("flower");
        double tempered = client.raw(FLOWER, "labels=flower,clock&temperature=" + temperature)
                .probability("flower");

        // log-odds are the difference of two logits, so a temperature divides them
        double logOdds = Math.log(plain / (1 - plain)) / temperature;
        assertThat(tempered).isCloseTo(1 / (1 + Math.exp(-logOdds)), within(1e-5));
    }

    @Test
    void classify_top_keepsTheBestWithTheirProbabilities() {
        Answer all = client.raw(FLOWER, "labels=flower,clock,plate,lamp");
        Answer top = client.raw(FLOWER, "labels=flower,clock,plate,lamp&top=2");

        JsonNode predictions = top.json().at("/results/0/predictions");
        assertThat(predictions.size()).isEqualTo(2);
        assertThat(predictions.get(0)).isEqualTo(all.json().at("/results/0/predictions/0"));
        assertThat(predictions.get(1)).isEqualTo(all.json().at("/results/0/predictions/1"));
    }

    @Test
    void classify_threshold_keepsNoneBelowIt() {
        assertThat(client.raw(FLOWER, "labels=flower,clock&threshold=0.5")
                        .json()
                        .at("/results/0/predictions")
                        .size())
                .isEqualTo(1);
        assertThat(client.raw(FLOWER, "labels=cat,dog,ship,frog&threshold=1")
                        .json()
                        .at("/results/0/predictions")
                        .size())
                .isZero();
    }

    @Test
    void classify_noneLabel_competesAndIsMarked() {
        Answer answer = client.raw(FLOWER, "labels=whale,house&none_label=flower");

        assertThat(answer.json().at("/results/0/predictions/0/label").asString())
                .isEqualTo("flower");
        assertThat(answer.prediction("flower").path("none").asBoolean()).isTrue();
        assertThat(answer.prediction("whale").has("none")).isFalse();
        assertThat(answer.probability("flower") + answer.probability("whale") + answer.probability("house"))
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void classify_similarityScoring_hasNoProbabilities() {
        Answer answer = client.raw(FLOWER, "labels=flower,clock&scoring=similarity");

        assertThat(answer.prediction("flower").has("probability")).isFalse();
        assertThat(answer.prediction("flower").path("similarity"))
                .isEqualTo(client.raw(FLOWER, "labels=flower,clock")
                        .prediction("flower")
                        .path("similarity"));
    }

    @Test
    void classify_labelBeyondTheContext_isCutWithAWarning() {
        String longLabel = "very ".repeat(100) + "long";

        Answer answer = client.raw(FLOWER, "labels=short&labels=" + encode(longLabel));

        // start, a photo of a, 100 very, long, the full stop, end
        assertThat(answer.json().path("warnings").toString())
                .isEqualTo("[{\"label\":\"" + longLabel + "\",\"tokens\":108,\"truncated_to\":77}]");
    }

    @Test
    void classify_requestId_isEchoedWhenItIsAPlainOne() {
        Answer echoed = client.send(
                client.request("/problems").header("X-Request-Id", "mine-1").GET());
        Answer replaced = client.send(
                client.request("/problems").header("X-Request-Id", "<script>").GET());

        assertThat(echoed.headers().firstValue("X-Request-Id")).contains("mine-1");
        assertThat(replaced.headers().firstValue("X-Request-Id"))
                .get()
                .asString()
                .hasSize(36);
    }

    @Test
    void classify_serverTiming_namesTheStagesThatWereGoneThrough() {
        byte[] unseen = Arrays.copyOf(FLOWER, FLOWER.length + 1);

        assertThat(client.raw(unseen, "labels=flower,clock").headers().firstValue("Server-Timing"))
                .get()
                .asString()
                .matches("image;dur=[0-9.]+, prepare;dur=[0-9.]+, score;dur=[0-9.]+, text;dur=[0-9.]+");
        assertThat(client.raw(unseen, "labels=flower,clock").headers().firstValue("Server-Timing"))
                .get()
                .asString()
                .matches("score;dur=[0-9.]+, text;dur=[0-9.]+");
    }

    @Test
    void classify_timeThatIsTooShort_is504() {
        String unseen = IntStream.range(0, 500).mapToObj(i -> "unseen+" + i).collect(Collectors.joining(","));
        Answer answer = client.send(client.request("/classify?labels=" + unseen)
                .header("X-Request-Timeout-Ms", "1")
                .POST(BodyPublishers.ofByteArray(FLOWER)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(504);
        assertThat(answer.problem()).isEqualTo("deadline-exceeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "soon", "1000000000000000000000"})
    void classify_timeoutThatIsNoNumber_is400(String timeout) {
        Answer answer = client.send(client.request("/classify?labels=flower")
                .header("X-Request-Timeout-Ms", timeout)
                .POST(BodyPublishers.ofByteArray(FLOWER)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains("X-Request-Timeout-Ms", timeout, "milliseconds");
    }

    @Test
    void health_afterTheCanary_isReadyAndAlive() {
        assertThat(client.get("/actuator/health/readiness")
                        .json()
                        .at("/components/canary/status")
                        .asString())
                .isEqualTo("UP");
        assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
    }

    /** A client that reads slowly keeps its answer in memory. */
    @ParameterizedTest
    @CsvSource({"1562, 200", "1563, 413"})
    void classify_morePairsThanAnAnswerMayHave_isRefused(int top, int status) {
        String image = "{\"base64\":\"" + base64() + "\"}";
        String labels = IntStream.range(0, 1_600).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));

        Answer answer = client.json("{\"images\":[" + String.join(",", Collections.nCopies(64, image))
                + "],\"labels\":[" + labels + "],\"top\":" + top + "}");

        assertThat(answer.status()).isEqualTo(status);
        if (status == 413) {
            assertThat(answer.problem()).isEqualTo("too-many-pairs");
            assertThat(answer.detail())
                    .isEqualTo("64 images and 1563 labels ('top' makes them fewer) make 100032 pairs; at most 100000"
                            + " are allowed in an answer.");
        }
    }
}
