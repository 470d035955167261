package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.cli.evaluate.Calibration.Bin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    private static Prediction sure(double confidence, boolean right) {
        return new Prediction(0, right ? 0 : 1, right ? 0 : 1, confidence, right ? confidence : 1 - confidence);
    }

    @Test
    void error_threeBins_isTheirMeanGapWeightedByImages() {
        // (0.8667, 0.9333]: 0.9 and 0.92, one right: |0.5 − 0.91| = 0.41, twice
        // (0.6, 0.6667]: 0.65, right: 0.35; (0.4, 0.4667]: 0.45, wrong: 0.45
        // (2 · 0.41 + 0.35 + 0.45) / 4 = 0.405
        var calibration =
                Calibration.of(List.of(sure(0.9, true), sure(0.92, false), sure(0.65, true), sure(0.45, false)));

        assertThat(calibration.expectedError()).isCloseTo(0.405, within(1e-12));
        assertThat(calibration.bins()).hasSize(15);
        Bin top = calibration.bins().get(13);
        assertThat(top.images()).isEqualTo(2);
        assertThat(top.confidence()).isCloseTo(0.91, within(1e-12));
        assertThat(top.accuracy()).isEqualTo(0.5);
        assertThat(calibration.bins().get(9).images()).isEqualTo(1);
        assertThat(calibration.bins().get(6).images()).isEqualTo(1);
    }

    @Test
    void bins_aConfidenceOnTheirEdge_belongsToTheLowerOne() {
        var calibration = Calibration.of(List.of(sure(0.2, true), sure(1, true)));

        // 0.2 = 3/15 closes the third bin, 1 the last.
        assertThat(calibration.bins().get(2).images()).isEqualTo(1);
        assertThat(calibration.bins().get(14).images()).isEqualTo(1);
    }

    @Test
    void error_sureAndRight_isZero() {
        assertThat(Calibration.of(List.of(sure(1, true), sure(1, true))).expectedError())
                .isZero();
    }

    @Property
    void error_any_isAShareAndNoneIsLost(@ForAll @Size(min = 1, max = 60) List<@DoubleRange(max = 1) Double> drawn) {
        List<Prediction> predictions = new ArrayList<>();
        for (double confidence : drawn) {
            predictions.add(sure(confidence, (int) (confidence * 1000) % 2 == 0));
        }

        var calibration = Calibration.of(predictions);

        assertThat(calibration.expectedError()).isBetween(0.0, 1.0);
        assertThat(calibration.bins().stream().mapToInt(Bin::images).sum()).isEqualTo(drawn.size());
        Collections.reverse(predictions);
        assertThat(Calibration.of(predictions).expectedError()).isCloseTo(calibration.expectedError(), within(1e-12));
    }
}
