package dev.clipserve.api;

import dev.clipserve.api.ClassifyRequest.OwnLabels;
import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.ClassifyResponse.Warning;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.ScoredLabel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a classification, encoded, and what an answer says of them.
 *
 * @param set the set that they are; null where the request brought them
 */
record ChosenLabels(LabelEmbeddings labels, Optional<String> noneLabel, LabelSetFacts.@Nullable Used set) {

    static ChosenLabels of(OwnLabels own, LabelEmbeddings encoded) {
        return new ChosenLabels(encoded, own.noneLabel(), null);
    }

    static ChosenLabels of(PreparedSet set) {
        return new ChosenLabels(set.labels(), set.noneLabel(), new LabelSetFacts.Used(set.name(), set.version()));
    }

    /** Refuses labels that were cut, where the request does not want that. */
    void refuseCut(ClassifyRequest request) {
        if (!request.truncate()) {
            CutTexts.refuse("Label", labels.cut());
        }
    }

    /** What the answer says of an image. */
    Result result(List<ScoredLabel> scored, EmbeddedImage image) {
        return Result.of(scored.stream().map(this::prediction).toList(), ImageFacts.of(image));
    }

    private Prediction prediction(ScoredLabel label) {
        boolean none = noneLabel.filter(label.label()::equals).isPresent();
        return new Prediction(
                label.label(),
                label.probability().isPresent() ? (float) label.probability().getAsDouble() : null,
                (float) label.similarity(),
                none ? true : null);
    }

    /** The labels that were cut. */
    List<Warning> warnings() {
        return labels.cut().stream()
                .map(label -> new Warning(label.label(), label.tokens(), label.context()))
                .toList();
    }
}
