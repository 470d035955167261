package dev.clipserve.api;

import dev.clipserve.zeroshot.ScoringOptions;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.List;
import java.util.Optional;

/**
 * A request to {@code /classify}, checked: what is left to go wrong is an image.
 *
 * @param labels the labels, and behind them the none label where there is one
 * @param truncate whether prompts that do not fit the context are cut; otherwise they are refused
 */
record ClassifyRequest(
        List<ImageSource> images,
        List<String> labels,
        Optional<String> noneLabel,
        TemplateEnsemble templates,
        ScoringOptions options,
        boolean truncate) {

    ClassifyRequest {
        images = List.copyOf(images);
        labels = List.copyOf(labels);
    }
}
