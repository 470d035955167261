package dev.clipserve.zeroshot;

import java.util.Arrays;

/**
 * What makes probabilities of logits: {@code exp(logit) / Σ exp(logits)}. The largest logit is taken off each, so that
 * {@code exp} cannot overflow.
 *
 * <p>The sum is one of whole numbers: such a sum is exact, so that a probability is the same to the last bit whatever
 * the order of the logits.
 *
 * @param max the largest logit
 * @param sum of {@code exp(logit − max)}, at least 1
 */
record Softmax(double max, double sum) {

    /** Bits of a positive long. */
    private static final int BITS = Long.SIZE - 1;

    /** The softmax over these logits; there is at least one. */
    static Softmax over(double[] logits) {
        double max = Arrays.stream(logits).max().orElseThrow();
        // Each power is at most 1, so that many of them fit into a long when each has this many bits.
        double one = Math.scalb(1.0, BITS - 1 - (Integer.SIZE - Integer.numberOfLeadingZeros(logits.length)));
        long sum = 0;
        for (double logit : logits) {
            sum += (long) (Math.exp(logit - max) * one);
        }
        return new Softmax(max, sum / one);
    }

    /** The probability of one of the logits, 0…1. */
    double probability(double logit) {
        return Math.exp(logit - max) / sum;
    }
}
