package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplateLimits;
import java.util.List;

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

    /** An object, the name and value of its only field, and its end. */
    private static final int TOKENS_OF_AN_IMAGE = 4;

    /** The other fields, and some labels too many, so that who has these is told how many he has. */
    private static final int OTHER_TOKENS = 2_000;

    /** What labels may be. */
    public LabelLimits labels() {
        return new LabelLimits(maxLabels, maxTextLength);
    }

    /** What templates may be. */
    public TemplateLimits templates() {
        return new TemplateLimits(maxTextLength, maxTemplates);
    }

    /**
     * Refuses labels that make too many prompts in these templates.
     *
     * @throws ProblemException with both numbers and their product
     */
    public void checkPrompts(List<String> labels, TemplateEnsemble ensemble) {
        int templates = ensemble.templates().size();
        long prompts = (long) labels.size() * templates;
        if (prompts > maxPrompts) {
            throw new ProblemException(
                    ProblemType.INVALID_LABELS,
                    labels.size() + " labels in " + templates + " templates make " + prompts + " prompts; at most "
                            + maxPrompts + " are allowed in a request.");
        }
    }

    /** Parts of a form: one for each label, template and image, and some for the other fields. */
    public int maxParts() {
        // Tomcat takes a number below 0 for no limit.
        return (int) Math.min(Integer.MAX_VALUE, (long) maxLabels + maxTemplates + maxImages + OTHER_FIELDS);
    }

    /** Tokens of a JSON body: what labels or texts, templates and images take, and some more. */
    public long maxTokens() {
        return (long) maxLabels + maxTemplates + (long) TOKENS_OF_AN_IMAGE * maxImages + OTHER_TOKENS;
    }
}
