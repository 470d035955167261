package dev.clipserve.api;

import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import java.util.List;

/** Reads {@code templates}: a text with {@code {}} is a template, any other is the name of a preset. */
public record TemplateRules(TemplatePresets presets, RequestLimits limits) {

    /** The templates of a request. */
    public TemplateEnsemble check(List<String> given) {
        try {
            return limits.templates().check(given, presets);
        } catch (InvalidTemplatesException e) {
            throw new ProblemException(ProblemType.INVALID_TEMPLATES, String.valueOf(e.getMessage()), e);
        }
    }

    /** One template of the caller's own, and no preset. */
    public TemplateEnsemble checkOwn(String text) {
        if (!text.contains(PromptTemplate.PLACE)) {
            throw new ProblemException(
                    ProblemType.INVALID_TEMPLATES,
                    "'" + LabelRules.shorten(text) + "' has no {} where the label goes.");
        }
        return check(List.of(text));
    }
}
