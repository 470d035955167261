package dev.clipserve.cli.evaluate;

import java.util.stream.IntStream;

/** The logits of images, and the temperature that fits them best. */
final class Logits {

    /** The temperatures that are looked at: beyond, probabilities are those of the best label alone, or of a coin. */
    static final double LOWEST = 0.01;

    static final double HIGHEST = 100;

    /** How near to the best temperature is near enough, as a share of it. */
    private static final double NEAR = 1e-9;

    private static final int STEPS = 100;

    private final float[][] logits;
    private final int[] truths;

    /**
     * Takes the arrays as they are.
     *
     * @param logits [images][labels]
     * @param truths the place of the right label of each image
     */
    Logits(float[][] logits, int[] truths) {
        this.logits = logits;
        this.truths = truths;
    }

    /** Sums over the images at one inverse temperature, divided by their number. */
    private record Loss(double value, double slope, double curvature) {}

    /** The mean negative log-likelihood of the right labels, in nats. */
    double loss(double temperature) {
        return at(1 / temperature).value();
    }

    /**
     * The temperature with the least negative log-likelihood (Guo et al. 2017, section 4.2), within {@value #LOWEST} to
     * {@value #HIGHEST}; at an end of it where the loss keeps falling beyond, as with no mistakes at all.
     *
     * <p>In the inverse temperature β the loss {@code mean(log Σ exp(βz) − βz_truth)} is convex: its slope is the mean
     * of {@code E[z] − z_truth}, its curvature that of the variance of z. So Newton's steps, halved where they leave
     * the bracket, find its only minimum.
     */
    double bestTemperature() {
        double low = 1 / HIGHEST;
        double high = 1 / LOWEST;
        if (at(low).slope() >= 0) {
            return HIGHEST;
        }
        if (at(high).slope() <= 0) {
            return LOWEST;
        }
        double beta = 1;
        for (int step = 0; step < STEPS && high - low > NEAR * low; step++) {
            Loss loss = at(beta);
            if (loss.slope() > 0) {
                high = beta;
            } else {
                low = beta;
            }
            double next = beta - loss.slope() / loss.curvature();
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.abs(next - beta) <= NEAR * beta) {
                return 1 / next;
            }
            beta = next;
        }
        return 1 / beta;
    }

    private Loss at(double beta) {
        Loss[] losses = IntStream.range(0, logits.length)
                .parallel()
                .mapToObj(image -> at(logits[image], truths[image], beta))
                .toArray(Loss[]::new);
        // One after the other: the sum does not depend on how many processors there are.
        double value = 0;
        double slope = 0;
        double curvature = 0;
        for (Loss loss : losses) {
            value += loss.value();
            slope += loss.slope();
            curvature += loss.curvature();
        }
        return new Loss(value / losses.length, slope / losses.length, curvature / losses.length);
    }

    private static Loss at(float[] row, int truth, double beta) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : row) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        double first = 0;
        double second = 0;
        for (float logit : row) {
            double below = logit - max;
            double weight = Math.exp(beta * below);
            sum += weight;
            first += weight * below;
            second += weight * below * below;
        }
        double mean = first / sum;
        double truthBelow = row[truth] - max;
        return new Loss(Math.log(sum) - beta * truthBelow, mean - truthBelow, second / sum - mean * mean);
    }

    /** The probability of the best label of each image at a temperature. */
    double[] confidences(double temperature) {
        double[] confidences = new double[logits.length];
        for (int image = 0; image < confidences.length; image++) {
            double max = Double.NEGATIVE_INFINITY;
            for (float logit : logits[image]) {
                max = Math.max(max, logit);
            }
            double sum = 0;
            for (float logit : logits[image]) {
                sum += Math.exp((logit - max) / temperature);
            }
            confidences[image] = 1 / sum;
        }
        return confidences;
    }
}
