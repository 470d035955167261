package dev.clipserve.cli.evaluate;

import java.util.List;

/**
 * What an evaluation comes to, in numbers.
 *
 * @param meanLabelAccuracy each label counts the same, however many images it has
 * @param meanConfidence mean probability of the best label
 * @param loss mean negative log-likelihood of the right labels, in nats
 */
public record Metrics(
        Share top1,
        Share top5,
        double meanLabelAccuracy,
        double meanConfidence,
        double expectedCalibrationError,
        double loss,
        BestTemperature bestTemperature) {

    /**
     * A share with its interval for 95 %.
     *
     * @param value 0…1
     */
    public record Share(int count, int of, double value, double lower, double upper) {

        static Share of(Proportion proportion) {
            return new Share(
                    proportion.count(), proportion.of(), proportion.value(), proportion.lower(), proportion.upper());
        }
    }

    /** The temperature with the least loss, and what would be with it; nothing else in a report is computed with it. */
    public record BestTemperature(double value, double loss, double expectedCalibrationError) {}

    static Metrics of(Evaluation evaluation, List<String> labels) {
        return new Metrics(
                Share.of(evaluation.top1()),
                Share.of(evaluation.top5()),
                LabelResults.of(labels, evaluation.predictions()).meanAccuracy(),
                evaluation.predictions().stream()
                        .mapToDouble(Prediction::confidence)
                        .average()
                        .orElseThrow(),
                evaluation.calibration().expectedError(),
                evaluation.loss(),
                new BestTemperature(
                        evaluation.temperature(),
                        evaluation.bestLoss(),
                        evaluation.rescaled().expectedError()));
    }
}
