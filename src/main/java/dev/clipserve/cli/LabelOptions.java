package dev.clipserve.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a classification: the fields of {@code POST /classify}, which checks them. */
final class LabelOptions {

    @Option(
            names = {"-l", "--labels"},
            paramLabel = "LABEL,…",
            description = "What it may be: comma-separated, a JSON array, or repeated.")
    private List<String> labels = List.of();

    @Option(
            names = "--label-set",
            paramLabel = "NAME|FILE",
            description =
                    "Instead of labels: a set that ships (cifar-10, cifar-100, imagenet-1k), or a .yaml or .json file.")
    private @Nullable String labelSet;

    @Option(
            names = {"--template", "--templates"},
            paramLabel = "TEXT",
            description = "A prompt with {} for the label, or default, label, openai-7, openai-80; repeated, averaged.")
    private List<String> templates = List.of();

    @Option(
            names = "--none-label",
            paramLabel = "TEXT",
            description = "A text for \"none of these\"; it competes like a label.")
    private @Nullable String noneLabel;

    @Option(
            names = "--scoring",
            paramLabel = "HOW",
            description = "softmax, independent or similarity; else the model's own.")
    private @Nullable String scoring;

    @Option(names = "--temperature", paramLabel = "NUMBER", description = "Divides the logits; above 1 flattens.")
    private @Nullable String temperature;

    @Option(names = "--top", paramLabel = "NUMBER", description = "Keep so many of the best.")
    private @Nullable String top;

    @Option(names = "--threshold", paramLabel = "NUMBER", description = "Keep those of at least this score.")
    private @Nullable String threshold;

    @Option(names = "--no-truncate", description = "Refuse labels that the model cannot take whole; else they are cut.")
    private boolean whole;

    /** The fields of a request that asks the same. */
    Map<String, List<String>> fields() {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        put(fields, "labels", labels);
        put(fields, "templates", templates);
        put(fields, "label_set", one(labelSet));
        put(fields, "none_label", one(noneLabel));
        put(fields, "scoring", one(scoring));
        put(fields, "temperature", one(temperature));
        put(fields, "top", one(top));
        put(fields, "threshold", one(threshold));
        put(fields, "truncate", whole ? List.of("false") : List.of());
        return fields;
    }

    private static List<String> one(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    private static void put(Map<String, List<String>> fields, String name, List<String> values) {
        if (!values.isEmpty()) {
            fields.put(name, values);
        }
    }
}
