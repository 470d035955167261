package dev.clipserve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the model that ships says of itself, so that tests hold for the next one, too. */
public final class ShippedModel {

    private static final Path FOLDER = Path.of("models/mini-clip");
    private static final JsonNode FACTS = read("bundle.json");

    /** Of the square pictures that its image encoder takes, in pixels. */
    public static final int SIDE =
            read("preprocessor_config.json").at("/crop_size/height").asInt();

    /** What similarities are multiplied with. */
    public static final double LOGIT_SCALE = FACTS.path("logit_scale").asDouble();

    /** The probabilities that the Python reference gives for canary.png, by label. */
    public static final Map<String, Double> CANARY = canary();

    private ShippedModel() {}

    /** The canary's labels as a query. */
    public static String canaryLabels() {
        return "labels=" + String.join(",", CANARY.keySet());
    }

    private static Map<String, Double> canary() {
        JsonNode labels = FACTS.at("/canary/labels");
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            probabilities.put(
                    labels.path(i).asString(),
                    FACTS.at("/canary/probabilities/" + i).asDouble());
        }
        return probabilities;
    }

    private static JsonNode read(String file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(FOLDER.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
