package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {

    /** Eight images of two labels, the first ahead by 3, of which six are right: 1 / (1 + e⁻³) sure, 3/4 right. */
    private static Evaluation twoLabels() {
        List<Prediction> predictions = new ArrayList<>();
        float[][] logits = new float[8][];
        int[] truths = new int[8];
        double sure = 1 / (1 + Math.exp(-3));
        for (int i = 0; i < 8; i++) {
            truths[i] = i < 6 ? 0 : 1;
            logits[i] = new float[] {3, 0};
            predictions.add(new Prediction(truths[i], 0, truths[i], sure, i < 6 ? sure : 1 - sure));
        }
        return Evaluation.of(predictions, new Logits(logits, truths));
    }

    @Test
    void of_twoLabels_isMeasuredAsItIsAndAtTheBestTemperature() {
        Evaluation evaluation = twoLabels();

        // 0.952574 sure, 0.75 right; at the best temperature both are 0.75.
        assertThat(evaluation.calibration().expectedError()).isCloseTo(0.2025741, within(1e-7));
        assertThat(evaluation.temperature()).isCloseTo(3 / Math.log(3), within(1e-7));
        assertThat(evaluation.rescaled().expectedError()).isCloseTo(0, within(1e-7));
        assertThat(evaluation.bestLoss()).isLessThan(evaluation.loss());
    }

    @Test
    void top_ranks_areCountedFromZero() {
        List<Prediction> predictions = new ArrayList<>();
        for (int rank = 0; rank < 8; rank++) {
            predictions.add(new Prediction(0, rank == 0 ? 0 : 1, rank, 0.5, 0.1));
        }
        var evaluation = Evaluation.of(predictions, new Logits(new float[8][8], new int[8]));

        assertThat(evaluation.top1()).isEqualTo(new Proportion(1, 8));
        assertThat(evaluation.top5()).isEqualTo(new Proportion(5, 8));
    }

    @Test
    void metrics_twoLabels_areTheSameNumbers() {
        Metrics metrics = Metrics.of(twoLabels(), List.of("a", "b"));

        assertThat(metrics.top1().value()).isEqualTo(0.75);
        assertThat(metrics.top5().value()).isEqualTo(1);
        // All six of a, none of the two of b.
        assertThat(metrics.meanLabelAccuracy()).isEqualTo(0.5);
        assertThat(metrics.meanConfidence()).isCloseTo(0.9525741, within(1e-7));
    }
}
