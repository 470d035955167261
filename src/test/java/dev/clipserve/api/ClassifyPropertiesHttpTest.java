package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.api.ServiceClient.Answer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** What holds for any labels; here for seeded random ones. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ClassifyPropertiesHttpTest {

    private static final int TRIALS = 20;

    private static final List<String> WORDS = List.of(
            "cat",
            "dog",
            "sunflower",
            "whale",
            "motorcycle",
            "clock",
            "plate",
            "lamp",
            "orange",
            "sea",
            "red",
            "a small",
            "two",
            "house",
            "old",
            "in the rain",
            "with a hat",
            "🌻",
            "Sonnenblume",
            "7");

    @LocalServerPort
    private int port;

    private ServiceClient client;

    @BeforeEach
    void connect() {
        client = new ServiceClient(port);
    }

    private static List<String> labels(Random random) {
        int count = 2 + random.nextInt(40);
        return random.ints(0, WORDS.size())
                .mapToObj(word -> WORDS.get(word) + " " + WORDS.get(random.nextInt(WORDS.size())))
                .distinct()
                .limit(count)
                .toList();
    }

    private Answer ask(List<String> labels) {
        return client.json(JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "images",
                        List.of(Map.of("base64", Base64.getEncoder().encodeToString(ServiceClient.FLOWER))),
                        "labels",
                        labels)));
    }

    private static JsonNode of(Map<String, JsonNode> predictions, String label) {
        return predictions.getOrDefault(label, MissingNode.getInstance());
    }

    private static Map<String, JsonNode> byLabel(Answer answer) {
        Map<String, JsonNode> predictions = new HashMap<>();
        answer.json()
                .at("/results/0/predictions")
                .forEach(prediction -> predictions.put(prediction.path("label").asString(), prediction));
        return predictions;
    }

    @RepeatedTest(TRIALS)
    void labels_inAnotherOrder_haveTheSameProbabilities(RepetitionInfo trial) {
        var random = new Random(trial.getCurrentRepetition());
        List<String> labels = labels(random);
        List<String> shuffled = new ArrayList<>(labels);
        Collections.shuffle(shuffled, random);

        assertThat(byLabel(ask(shuffled))).isEqualTo(byLabel(ask(labels)));
    }

    @RepeatedTest(TRIALS)
    void labels_oneTwice_areRefusedAndTheLabelNamed(RepetitionInfo trial) {
        var random = new Random(trial.getCurrentRepetition());
        List<String> labels = new ArrayList<>(labels(random));
        String twice = labels.get(random.nextInt(labels.size()));
        labels.add(random.nextInt(labels.size()), twice);

        Answer answer = ask(labels);

        assertThat(answer.problem()).isEqualTo("invalid-labels");
        assertThat(answer.detail()).startsWith("Label '" + twice + "' is there twice");
    }

    /** Split anywhere: the similarities are the same to the last bit, and the probabilities follow from them. */
    @RepeatedTest(TRIALS)
    void labels_splitIntoTwoRequests_haveTheSameNumbers(RepetitionInfo trial) {
        var random = new Random(trial.getCurrentRepetition());
        List<String> labels = labels(random);
        int cut = 1 + random.nextInt(labels.size() - 1);
        Map<String, JsonNode> whole = byLabel(ask(labels));
        Map<String, JsonNode> parts = byLabel(ask(labels.subList(0, cut)));
        double ofFirstPart = labels.subList(0, cut).stream()
                .mapToDouble(label -> of(whole, label).path("probability").asDouble())
                .sum();
        parts.forEach(
                (label, prediction) -> assertThat(prediction.path("probability").asDouble() * ofFirstPart)
                        .isCloseTo(of(whole, label).path("probability").asDouble(), within(1e-6)));
        parts.putAll(byLabel(ask(labels.subList(cut, labels.size()))));

        assertThat(parts.keySet()).isEqualTo(whole.keySet());
        parts.forEach((label, prediction) -> assertThat(prediction.path("similarity"))
                .isEqualTo(of(whole, label).path("similarity")));
    }
}
