package dev.clipserve.zeroshot;

import java.util.OptionalDouble;

/**
 * A label and how well it matches.
 *
 * @param probability 0…1; empty where only similarities were asked for
 * @param similarity cosine of image and label, −1…1
 */
public record ScoredLabel(String label, OptionalDouble probability, double similarity) {

    /** What labels are ranked and filtered by. */
    public double score() {
        return probability.orElse(similarity);
    }
}
