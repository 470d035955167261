package dev.clipserve.labels;

import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.TemplatePresets;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.function.BooleanSupplier;

/**
 * A loaded model as label sets see it.
 *
 * @param name what requests call it
 * @param digest what has the same digest gives the same embeddings
 * @param isRight whether its numbers are right now; throws what the encoder throws where the model is too busy to tell
 */
public record TextModel(
        String name, String digest, TemplatePresets presets, PromptEncoder encoder, BooleanSupplier isRight) {

    /** The text side of a loaded model. */
    public static TextModel of(ZeroShotModel model) {
        return new TextModel(
                model.name(),
                model.digest(),
                model.presets(),
                PromptEncoder.of(model.clip().texts()),
                () -> model.canary().ask().map(CanaryCheck.Outcome::right).orElse(true));
    }
}
