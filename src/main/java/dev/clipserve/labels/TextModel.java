package dev.clipserve.labels;

import dev.clipserve.zeroshot.TemplatePresets;

/**
 * A loaded model as label sets see it.
 *
 * @param name what requests call it
 * @param digest what has the same digest gives the same embeddings
 */
public record TextModel(String name, String digest, TemplatePresets presets, PromptEncoder encoder) {}
