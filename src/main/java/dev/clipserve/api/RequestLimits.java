package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateLimits;

/**
 * How much one request may ask for.
 *
 * @param maxBodyBytes bytes of a body, all images together
 * @param maxImages images
 * @param maxLabels labels
 * @param maxTextLength characters of a label or template
 * @param maxTemplates templates, presets taken apart
 * @param maxPrompts labels × templates: what the text encoder may have to run for one request
 * @param maxPairs images × texts, or images × labels, that one answer may hold
 */
public record RequestLimits(
        long maxBodyBytes,
        int maxImages,
        int maxLabels,
        int maxTextLength,
        int maxTemplates,
        int maxPrompts,
        int maxPairs) {

    /** Room for the fields beside labels, templates and images. */
    private static final int OTHER_FIELDS = 32;

    /** What labels may be. */
    public LabelLimits labels() {
        return new LabelLimits(maxLabels, maxTextLength);
    }

    /** What templates may be. */
    public TemplateLimits templates() {
        return new TemplateLimits(maxTextLength, maxTemplates);
    }

    /** Parts of a form: one for each label, template and image, and some for the other fields. */
    public int maxParts() {
        return maxLabels + maxTemplates + maxImages + OTHER_FIELDS;
    }
}
