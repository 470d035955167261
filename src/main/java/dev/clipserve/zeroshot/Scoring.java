package dev.clipserve.zeroshot;

/** How similarities become scores. */
public enum Scoring {
    /** Probabilities that sum to 1 over the labels: which one is it? */
    SOFTMAX,
    /**
     * A probability for each label by itself, by a sigmoid; only for models trained with one, which have a logit bias.
     */
    INDEPENDENT,
    /** No probabilities, just the similarities. */
    SIMILARITY
}
