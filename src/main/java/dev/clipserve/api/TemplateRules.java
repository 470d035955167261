package dev.clipserve.api;

import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code templates}: a text with {@code {}} is a template, any other is the name of a preset. */
record TemplateRules(TemplatePresets presets, RequestLimits limits) {

    TemplateEnsemble check(List<String> given) {
        if (given.isEmpty()) {
            throw invalid("'templates' is empty; leave it out for the model's own.");
        }
        List<PromptTemplate> templates = new ArrayList<>();
        given.forEach(text -> templates.addAll(templates(text)));
        if (templates.size() > limits.maxTemplates()) {
            throw invalid(
                    "There are " + templates.size() + " templates; at most " + limits.maxTemplates() + " are allowed.");
        }
        return new TemplateEnsemble(templates);
    }

    private List<PromptTemplate> templates(String text) {
        if (text.contains(PromptTemplate.PLACE)) {
            return List.of(own(text));
        }
        List<PromptTemplate> preset = presets.find(text.strip());
        if (preset == null) {
            throw invalid(
                    "'" + LabelRules.shorten(text) + "' has no {} where the label goes, and is none of the presets: "
                            + String.join(", ", presets.names()) + ".");
        }
        return preset;
    }

    private PromptTemplate own(String text) {
        if (text.length() > limits.maxTextLength()) {
            throw invalid("A template has " + text.length() + " characters; at most " + limits.maxTextLength()
                    + " are allowed.");
        }
        if (!TextRules.wellFormed(text)) {
            throw invalid("A template is not valid Unicode: it has half of a surrogate pair.");
        }
        return new PromptTemplate(text);
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_TEMPLATES, detail);
    }
}
