package dev.clipserve.labels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a set so that using it costs nothing; the labels themselves only where they can be had from
 * nowhere else.
 *
 * @param definition of a set that is not in the store; null for one that is
 * @param encodings by the model's name
 */
record KnownSet(
        LabelSetSummary summary,
        Optional<String> noneLabel,
        Map<String, Encoding> encodings,
        @Nullable LabelSet definition) {

    /**
     * A set's encoding for a model.
     *
     * @param key see {@link ResolvedSet#key}
     * @param prompts how many have to be encoded
     */
    record Encoding(String key, int prompts) {}

    static KnownSet of(LabelSet set, LabelSetSummary.Source source, List<TextModel> models) {
        Map<String, Encoding> encodings = new HashMap<>();
        for (TextModel model : models) {
            var resolved = new ResolvedSet(set, model);
            encodings.put(model.name(), new Encoding(resolved.key(), resolved.prompts()));
        }
        return new KnownSet(
                LabelSetSummary.of(set, source),
                set.noneLabel(),
                Map.copyOf(encodings),
                source == LabelSetSummary.Source.STORED ? null : set);
    }

    String version() {
        return summary.version();
    }

    boolean isStored() {
        return summary.source() == LabelSetSummary.Source.STORED;
    }

    Encoding encoding(TextModel model) {
        Encoding encoding = encodings.get(model.name());
        if (encoding == null) {
            throw new IllegalArgumentException("Model " + model.name() + " is not one of those that sets know");
        }
        return encoding;
    }

    Set<String> keys() {
        return encodings.values().stream().map(Encoding::key).collect(Collectors.toSet());
    }
}
