package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.cli.evaluate.LabelResults.Confusion;
import dev.clipserve.cli.evaluate.LabelResults.OfLabel;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelResultsTest {

    private static Prediction of(int truth, int predicted) {
        return new Prediction(truth, predicted, truth == predicted ? 0 : 1, 0.5, 0.5);
    }

    // cat: right, dog, dog; dog: right, bird; bird: dog; fish: none
    private final LabelResults results = LabelResults.of(
            List.of("cat", "dog", "bird", "fish"), List.of(of(0, 0), of(0, 1), of(0, 1), of(1, 1), of(1, 2), of(2, 1)));

    @Test
    void labels_countedByTruthAndByPrediction() {
        assertThat(results.labels())
                .containsExactly(
                        new OfLabel("cat", new Proportion(1, 3), 1),
                        new OfLabel("dog", new Proportion(1, 2), 4),
                        new OfLabel("bird", new Proportion(0, 1), 1));
    }

    @Test
    void confusions_mostFrequentFirst_equalsInTheLabelsOrder() {
        assertThat(results.confusions())
                .containsExactly(
                        new Confusion("cat", "dog", 2, 2.0 / 3),
                        new Confusion("dog", "bird", 1, 0.5),
                        new Confusion("bird", "dog", 1, 1));
    }

    @Test
    void meanAccuracy_eachLabelWithImagesCountsTheSame() {
        // (1/3 + 1/2 + 0) / 3
        assertThat(results.meanAccuracy()).isCloseTo(5.0 / 18, within(1e-12));
    }
}
