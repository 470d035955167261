package dev.clipserve.api;

import dev.clipserve.api.LocalClassification.LocalModel;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.List;
import java.util.Optional;

/** Labels and templates for callers in the same process: read and refused as the API does, but in any number. */
public final class LocalLabels {

    private final LocalModel local;
    private final RequestLimits limits;

    public LocalLabels(LocalModel local) {
        RequestLimits service = local.limits();
        this.local = local;
        this.limits = new RequestLimits(
                service.maxBodyBytes(),
                service.maxImages(),
                Integer.MAX_VALUE,
                service.maxTextLength(),
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE);
    }

    /**
     * The texts of a field: one separated by commas, one that is a JSON array, or several.
     *
     * @throws ProblemException if it starts like an array and is none
     */
    public static List<String> read(List<String> given) {
        var fields = new FormFields();
        given.forEach(value -> fields.add("labels", value));
        return fields.texts("labels", RequestFields.Separator.COMMA).orElse(List.of()).stream()
                .map(String::strip)
                .toList();
    }

    /**
     * The templates that texts stand for.
     *
     * @throws ProblemException if one is no template and no preset
     */
    public TemplateEnsemble templates(List<String> given) {
        return LabelProblems.told(
                () -> limits.templates().check(given, local.model().presets()));
    }

    /**
     * The labels in these templates, encoded.
     *
     * @throws ProblemException if a label is not as it should be
     */
    public LabelEmbeddings encode(List<String> labels, TemplateEnsemble templates) {
        return LabelProblems.told(() -> {
            List<String> checked = limits.labels().check(labels, Optional.empty());
            return local.model().labels().encode(checked, templates, local.deadline());
        });
    }
}
