package dev.clipserve.zeroshot;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How labels are scored and which of them are kept.
 *
 * @param temperature divides the logits: above 1 flattens the probabilities, below 1 sharpens them
 * @param top keeps this many of the best
 * @param threshold keeps predictions that score at least this: a probability, or a similarity where there are none
 */
public record ScoringOptions(Scoring scoring, double temperature, OptionalInt top, OptionalDouble threshold) {

    /** Softmax over all labels. */
    public static final ScoringOptions DEFAULT =
            new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.empty(), OptionalDouble.empty());

    public ScoringOptions {
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("The temperature must be positive and finite, not " + temperature);
        }
        if (top.orElse(1) < 1) {
            throw new IllegalArgumentException("At least one prediction must be kept, not " + top.getAsInt());
        }
    }
}
