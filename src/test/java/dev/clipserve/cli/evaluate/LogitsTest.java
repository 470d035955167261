package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LogitsTest {

    /** So many images whose best label is ahead by a gap, of which some are right. */
    private static Logits twoLabels(float gap, int images, int right) {
        float[][] logits = new float[images][];
        int[] truths = new int[images];
        for (int i = 0; i < images; i++) {
            logits[i] = new float[] {gap, 0};
            truths[i] = i < right ? 0 : 1;
        }
        return new Logits(logits, truths);
    }

    @Test
    void bestTemperature_twoLabels_makesConfidenceTheAccuracy() {
        // Three of four are right: 1 / (1 + e^(−3/T)) = 3/4, so T = 3 / ln 3.
        Logits logits = twoLabels(3, 4, 3);

        double temperature = logits.bestTemperature();

        assertThat(temperature).isCloseTo(3 / Math.log(3), within(1e-7));
        assertThat(logits.confidences(temperature)).containsOnly(new double[] {0.75}, within(1e-7));
        // −3/4 ln 3/4 − 1/4 ln 1/4
        assertThat(logits.loss(temperature)).isCloseTo(0.5623351, within(1e-6));
    }

    @Test
    void loss_temperatureOne_isTheMeanNegativeLogLikelihood() {
        // (3 · ln(1 + e⁻³) + ln(1 + e³)) / 4
        double loss = twoLabels(3, 4, 3).loss(1);

        assertThat(loss).isCloseTo((3 * Math.log1p(Math.exp(-3)) + Math.log1p(Math.exp(3))) / 4, within(1e-12));
    }

    @Test
    void bestTemperature_noMistakes_isTheLowest() {
        assertThat(twoLabels(3, 4, 4).bestTemperature()).isEqualTo(0.01);
    }

    @Test
    void bestTemperature_worseThanChance_isTheHighest() {
        assertThat(twoLabels(3, 4, 1).bestTemperature()).isEqualTo(100);
    }

    @Test
    void bestTemperature_equalLogits_isNoFault() {
        assertThat(twoLabels(0, 4, 3).bestTemperature()).isBetween(0.01, 100.0);
    }

    @Test
    void loss_hugeLogits_staysFinite() {
        assertThat(twoLabels(1e30f, 2, 1).loss(0.01)).isFinite();
    }

    @Property(tries = 200)
    void bestTemperature_scaledLogits_isScaled(
            @ForAll @DoubleRange(min = 0.1, max = 8) double factor, @ForAll @IntRange(min = 3, max = 9) int right) {
        double base = twoLabels(1, 10, Math.max(6, right)).bestTemperature();
        double scaled = twoLabels((float) factor, 10, Math.max(6, right)).bestTemperature();

        assertThat(scaled).isCloseTo(base * (float) factor, within(1e-6 * scaled));
    }

    @Property(tries = 200)
    void bestTemperature_any_isNotBeatenByItsNeighbours(
            @ForAll @IntRange(min = 2, max = 6) int labels, @ForAll @IntRange long seed) {
        var random = new java.util.Random(seed);
        float[][] logits = new float[30][labels];
        int[] truths = new int[30];
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j < labels; j++) {
                logits[i][j] = (float) (4 * random.nextGaussian());
            }
            truths[i] = random.nextInt(3) == 0 ? 0 : best(logits[i]);
        }
        var all = new Logits(logits, truths);

        double temperature = all.bestTemperature();

        assertThat(temperature).isBetween(0.01, 100.0);
        double least = all.loss(temperature);
        for (double other : new double[] {0.5 * temperature, 0.98 * temperature, 1.02 * temperature, 2 * temperature}) {
            double within = Math.clamp(other, 0.01, 100);
            assertThat(all.loss(within)).isGreaterThanOrEqualTo(least - 1e-9);
        }
    }

    private static int best(float[] row) {
        int best = 0;
        for (int i = 0; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    @Test
    void confidences_temperatureOne_areTheSoftmax() {
        var logits = new Logits(new float[][] {{1, 2, 3}}, new int[] {0});

        // 1 / (1 + e⁻¹ + e⁻²)
        assertThat(Arrays.stream(logits.confidences(1)).sum()).isCloseTo(0.6652409557748219, within(1e-12));
    }
}
