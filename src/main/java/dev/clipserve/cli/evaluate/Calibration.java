package dev.clipserve.cli.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How far confidence and accuracy are apart: the expected calibration error over bins of equal width, {@code ECE = Σ
 * n_b/n |accuracy_b − confidence_b|} (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3). A
 * bin is open below and closed above, {@code (b/15, (b+1)/15]}, as there.
 *
 * @param expectedError 0…1
 * @param bins from the least confident on, also those without images
 */
public record Calibration(double expectedError, List<Bin> bins) {

    /** The paper's number of bins. */
    static final int BINS = 15;

    /**
     * Images of about the same confidence.
     *
     * @param from confidence, exclusive
     * @param to confidence, inclusive
     * @param confidence mean, 0 where there are none
     * @param accuracy the share whose best label is right, 0 where there are none
     */
    public record Bin(double from, double to, int images, double confidence, double accuracy) {}

    public Calibration {
        bins = List.copyOf(bins);
    }

    /** The calibration of at least one prediction. */
    static Calibration of(List<Prediction> predictions) {
        int[] images = new int[BINS];
        int[] right = new int[BINS];
        double[] confidence = new double[BINS];
        for (Prediction prediction : predictions) {
            int bin = bin(prediction.confidence());
            images[bin]++;
            right[bin] += prediction.right() ? 1 : 0;
            confidence[bin] += prediction.confidence();
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < BINS; i++) {
            error += Math.abs(right[i] - confidence[i]);
            double count = Math.max(1, images[i]);
            bins.add(new Bin(
                    (double) i / BINS, (double) (i + 1) / BINS, images[i], confidence[i] / count, right[i] / count));
        }
        return new Calibration(error / predictions.size(), bins);
    }

    private static int bin(double confidence) {
        return Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
    }
}
