package dev.clipserve.clip;

import java.util.OptionalDouble;

/**
 * How similarities become logits: {@code scale × cosine + bias}.
 *
 * @param scale CLIP's learned inverse temperature, already exponentiated: about 100 for OpenAI's models
 * @param bias SigLIP's learned bias; models trained with a softmax have none
 */
public record LogitScale(double scale, OptionalDouble bias) {

    public LogitScale {
        if (!(scale > 0) || Double.isInfinite(scale)) {
            throw new IllegalArgumentException("The logit scale must be positive and finite, not " + scale);
        }
        if (!Double.isFinite(bias.orElse(0))) {
            throw new IllegalArgumentException("The logit bias must be finite, not " + bias);
        }
    }

    /** The logit of a similarity. */
    public double logit(double similarity) {
        return scale * similarity + bias.orElse(0);
    }
}
