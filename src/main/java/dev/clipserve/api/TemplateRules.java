package dev.clipserve.api;

import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import java.util.List;

/** Reads {@code templates}: a text with {@code {}} is a template, any other is the name of a preset. */
record TemplateRules(TemplatePresets presets, RequestLimits limits) {

    TemplateEnsemble check(List<String> given) {
        try {
            return limits.templates().check(given, presets);
        } catch (InvalidTemplatesException e) {
            throw new ProblemException(ProblemType.INVALID_TEMPLATES, String.valueOf(e.getMessage()), e);
        }
    }
}
