package dev.clipserve.zeroshot;

import java.util.List;

/**
 * What templates must be like, given as texts: one with {@code {}} is a template, any other the name of a preset.
 *
 * @param maxTextLength characters of one
 * @param maxTemplates templates, presets taken apart
 */
public record TemplateLimits(int maxTextLength, int maxTemplates) {

    /**
     * The templates, presets taken apart.
     *
     * @throws InvalidTemplatesException for the first fault
     */
    public TemplateEnsemble check(List<String> given, TemplatePresets presets) {
        if (given.isEmpty()) {
            throw new InvalidTemplatesException("'templates' is empty; leave it out for the model's own.");
        }
        given.stream().filter(text -> text.contains(PromptTemplate.PLACE)).forEach(this::checkOwn);
        List<PromptTemplate> templates = presets.resolve(given);
        if (templates.size() > maxTemplates) {
            throw new InvalidTemplatesException(
                    "There are " + templates.size() + " templates; at most " + maxTemplates + " are allowed.");
        }
        return new TemplateEnsemble(templates);
    }

    private void checkOwn(String text) {
        if (text.length() > maxTextLength) {
            throw new InvalidTemplatesException(
                    "A template has " + text.length() + " characters; at most " + maxTextLength + " are allowed.");
        }
        if (!LabelLimits.wellFormed(text)) {
            throw new InvalidTemplatesException("A template is not valid Unicode: it has half of a surrogate pair.");
        }
    }
}
