package dev.clipserve.api;

/**
 * How much one request may ask for.
 *
 * @param maxBodyBytes bytes of a body, all images together
 * @param maxImages images
 * @param maxLabels labels
 * @param maxTextLength characters of a label or template
 * @param maxTemplates templates, presets taken apart
 * @param maxPrompts labels × templates: what the text encoder may have to run for one request
 */
public record RequestLimits(
        long maxBodyBytes, int maxImages, int maxLabels, int maxTextLength, int maxTemplates, int maxPrompts) {}
