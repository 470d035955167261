package dev.clipserve.zeroshot;

import java.util.List;

/**
 * What templates must be like, given as texts: one with {@code {}} is a template, any other the name of a preset. A
 * prompt is then at most a template and {@value #MAX_PLACES} labels long.
 *
 * @param maxTextLength characters of one
 * @param maxTemplates templates, presets taken apart
 */
public record TemplateLimits(int maxTextLength, int maxTemplates) {

    /**
     * Places for the label in one template. All that ship have one, and few sentences name a thing more than twice; a
     * thousand would make a prompt of megabytes out of a label, to be tokenized and then cut.
     */
    static final int MAX_PLACES = 4;

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
        long count = presets.count(given);
        if (count > maxTemplates) {
            throw new InvalidTemplatesException(
                    "There are " + count + " templates; at most " + maxTemplates + " are allowed.");
        }
        return new TemplateEnsemble(presets.resolve(given));
    }

    private void checkOwn(String text) {
        if (text.length() > maxTextLength) {
            throw new InvalidTemplatesException(
                    "A template has " + text.length() + " characters; at most " + maxTextLength + " are allowed.");
        }
        if (!LabelLimits.wellFormed(text)) {
            throw new InvalidTemplatesException("A template is not valid Unicode: it has half of a surrogate pair.");
        }
        int places = places(text);
        if (places > MAX_PLACES) {
            throw new InvalidTemplatesException("Template '" + LabelLimits.shorten(text) + "' has " + places
                    + " places {} for the label; at most " + MAX_PLACES + " are allowed.");
        }
    }

    private static int places(String text) {
        int places = 0;
        int at = text.indexOf(PromptTemplate.PLACE);
        while (at >= 0) {
            places++;
            at = text.indexOf(PromptTemplate.PLACE, at + PromptTemplate.PLACE.length());
        }
        return places;
    }
}
