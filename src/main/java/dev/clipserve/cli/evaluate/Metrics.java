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
        Proportion top1,
        Proportion top5,
        double meanLabelAccuracy,
        double meanConfidence,
        double expectedCalibrationError,
        double loss,
        BestTemperature bestTemperature) {

    /** The temperature with the least loss, and what would be with it; nothing else in a report is computed with it. */
    public record BestTemperature(double value, double loss, double expectedCalibrationError) {}

    static Metrics of(Evaluation evaluation, List<String> labels) {
        return new Metrics(
                evaluation.top1(),
                evaluation.top5(),
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
