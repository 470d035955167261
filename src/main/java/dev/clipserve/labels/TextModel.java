package dev.clipserve.labels;

import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotModel;

/**
 * A loaded model as label sets see it.
 *
 * @param name what requests call it
 * @param digest what has the same digest gives the same embeddings
 */
public record TextModel(String name, String digest, TemplatePresets presets, PromptEncoder encoder) {

    /** The text side of a loaded model. */
    public static TextModel of(ZeroShotModel model) {
        return new TextModel(
                model.name(),
                model.digest(),
                model.presets(),
                PromptEncoder.of(model.clip().texts()));
    }
}
