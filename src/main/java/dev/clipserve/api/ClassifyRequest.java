package dev.clipserve.api;

import dev.clipserve.zeroshot.ScoringOptions;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.List;
import java.util.Optional;

/**
 * What a request to {@code /classify} asks of its images, checked: what is left to go wrong is a label set.
 *
 * @param truncate whether prompts that do not fit the context are cut; otherwise they are refused
 */
record ClassifyRequest(Labels labels, ScoringOptions options, boolean truncate) {

    /** What the images may show. */
    sealed interface Labels {}

    /**
     * Labels that the request brings.
     *
     * @param labels the labels, and behind them the none label where there is one
     */
    record OwnLabels(List<String> labels, Optional<String> noneLabel, TemplateEnsemble templates) implements Labels {

        OwnLabels {
            labels = List.copyOf(labels);
        }
    }

    /** A label set that the request names. */
    record NamedSet(String name) implements Labels {}
}
