package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxTest {

    @Test
    void over_twoLogits_isTheLogisticFunctionOfTheirDifference() {
        Softmax softmax = Softmax.over(new double[] {3.0, 1.0});

        assertThat(softmax.probability(3.0)).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-15));
        assertThat(softmax.probability(1.0)).isCloseTo(1 / (1 + Math.exp(2)), within(1e-15));
    }

    @Test
    void over_hugeLogits_doesNotOverflow() {
        Softmax softmax = Softmax.over(new double[] {1e300, 1e300, -1e300});

        assertThat(softmax.probability(1e300)).isEqualTo(0.5);
        assertThat(softmax.probability(-1e300)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1_000, 32_768, 100_000})
    void over_equalLogits_isOneByTheirNumber(int count) {
        double[] logits = new double[count];
        Arrays.fill(logits, 25.0);

        assertThat(Softmax.over(logits).probability(25.0)).isCloseTo(1.0 / count, within(1e-15));
    }

    @Test
    void over_manyLogits_agreesWithACompensatedSum() {
        double[] logits = random(10_000, 1);
        double max = Arrays.stream(logits).max().orElseThrow();
        // DoubleStream.sum compensates for what is rounded off.
        double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();

        assertThat(Softmax.over(logits).sum()).isCloseTo(sum, within(1e-10 * sum));
    }

    @Test
    void over_anyOrder_isTheSameToTheBit() {
        for (int seed = 0; seed < 500; seed++) {
            double[] logits = random(2 + seed, seed);
            double[] shuffled = shuffled(logits, seed);

            assertThat(Softmax.over(shuffled)).isEqualTo(Softmax.over(logits));
        }
    }

    private static double[] random(int count, long seed) {
        return new Random(seed).doubles(count, -100, 100).toArray();
    }

    private static double[] shuffled(double[] values, long seed) {
        double[] shuffled = values.clone();
        var random = new Random(seed);
        for (int i = shuffled.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            double value = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = value;
        }
        return shuffled;
    }
}
