package dev.clipserve.cli.evaluate;

/**
 * What a model says of an image whose label is known.
 *
 * @param truth the place of the right label
 * @param predicted the place of the best label
 * @param rank how many labels are before the right one
 * @param confidence the probability of the best label
 * @param truthProbability that of the right one
 */
public record Prediction(int truth, int predicted, int rank, double confidence, double truthProbability) {

    /** Whether the best label is the right one. */
    public boolean right() {
        return rank == 0;
    }
}
