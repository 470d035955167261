package dev.clipserve.api;

import dev.clipserve.api.ClassifyRequest.NamedSet;
import dev.clipserve.api.ClassifyRequest.OwnLabels;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.labels.PreparedSet;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code /classify} without HTTP, for callers in the same process: the same fields, rules and numbers. Safe for
 * concurrent use.
 */
public final class LocalClassification {

    private final ZeroShotModel model;
    private final ClassifyRequest request;
    private final ChosenLabels chosen;

    private LocalClassification(ZeroShotModel model, ClassifyRequest request, ChosenLabels chosen) {
        this.model = model;
        this.request = request;
        this.chosen = chosen;
    }

    /**
     * Checks the options and encodes the labels.
     *
     * @param fields as a form's, each once or more often
     * @param sets finds label sets by name
     * @throws ProblemException if a field is not as it should be
     */
    public static LocalClassification of(
            LocalModel local, Map<String, List<String>> fields, Function<String, PreparedSet> sets) {
        var form = new FormFields();
        fields.forEach((name, values) -> values.forEach(value -> form.add(name, value)));
        return LabelProblems.told(() -> {
            ZeroShotModel model = local.model();
            ClassifyRequest request = new ClassifyRequestReader(local.limits()).read(model, form);
            ChosenLabels chosen = choose(model, request.labels(), local.deadline(), sets);
            chosen.refuseCut(request);
            return new LocalClassification(model, request, chosen);
        });
    }

    /**
     * A model that is asked without HTTP.
     *
     * @param deadline until when labels must be encoded
     */
    public record LocalModel(ZeroShotModel model, RequestLimits limits, Deadline deadline) {}

    private static ChosenLabels choose(
            ZeroShotModel model, ClassifyRequest.Labels labels, Deadline deadline, Function<String, PreparedSet> sets) {
        return switch (labels) {
            case OwnLabels own -> ChosenLabels.of(own, model.labels().encode(own.labels(), own.templates(), deadline));
            case NamedSet named -> ChosenLabels.of(sets.apply(named.name()));
        };
    }

    /** The predictions for an image. */
    public ClassifyResponse.Result classify(EmbeddedImage image) {
        return chosen.result(model.classifier().classify(image.embedding(), chosen.labels(), request.options()), image);
    }

    /** The labels, the none label among them. */
    public List<String> labels() {
        return chosen.labels().labels();
    }

    /** The label set, where there is one. */
    public Optional<LabelSetFacts.Used> labelSet() {
        return Optional.ofNullable(chosen.set());
    }

    /** The labels that were cut. */
    public List<ClassifyResponse.Warning> warnings() {
        return chosen.warnings();
    }
}
