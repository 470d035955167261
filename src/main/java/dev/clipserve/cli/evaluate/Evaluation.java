package dev.clipserve.cli.evaluate;

import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.ScoredLabel;
import dev.clipserve.zeroshot.ScoringOptions;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The predictions of a model with one set of prompts, and what follows from them. They are those that the service
 * makes: the same classifier ranks the same embeddings.
 *
 * @param temperature the one with the least loss, which is reported and not applied
 * @param loss mean negative log-likelihood of the right labels, in nats
 * @param bestLoss the same at that temperature
 * @param rescaled the calibration at that temperature
 */
public record Evaluation(
        List<Prediction> predictions,
        Calibration calibration,
        double temperature,
        double loss,
        double bestLoss,
        Calibration rescaled) {

    private static final int TOP = 5;

    public Evaluation {
        predictions = List.copyOf(predictions);
    }

    /**
     * Classifies images.
     *
     * @param images at least one
     * @param truths the places of their labels
     */
    public static Evaluation of(ZeroShotModel model, LabelEmbeddings labels, List<Embedding> images, int[] truths) {
        Map<String, Integer> places = new HashMap<>();
        labels.labels().forEach(label -> places.put(label, places.size()));
        List<Prediction> predictions = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> prediction(
                        model.classifier().classify(images.get(i), labels, ScoringOptions.DEFAULT), places, truths[i]))
                .toList();
        float[][] logits = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> logits(model, labels.similarities(images.get(i))))
                .toArray(float[][]::new);
        return of(predictions, new Logits(logits, truths));
    }

    /** What follows from predictions and the logits that they were made of. */
    static Evaluation of(List<Prediction> predictions, Logits logits) {
        double temperature = logits.bestTemperature();
        double[] confidences = logits.confidences(temperature);
        List<Prediction> rescaled = new ArrayList<>();
        for (int i = 0; i < confidences.length; i++) {
            Prediction as = predictions.get(i);
            rescaled.add(new Prediction(as.truth(), as.predicted(), as.rank(), confidences[i], as.truthProbability()));
        }
        return new Evaluation(
                predictions,
                Calibration.of(predictions),
                temperature,
                logits.loss(1),
                logits.loss(temperature),
                Calibration.of(rescaled));
    }

    private static Prediction prediction(List<ScoredLabel> ranked, Map<String, Integer> places, int truth) {
        for (int rank = 0; rank < ranked.size(); rank++) {
            ScoredLabel label = ranked.get(rank);
            if (places.getOrDefault(label.label(), -1) == truth) {
                return new Prediction(
                        truth,
                        places.getOrDefault(ranked.getFirst().label(), -1),
                        rank,
                        ranked.getFirst().score(),
                        label.score());
            }
        }
        throw new IllegalArgumentException("No label has place " + truth);
    }

    private static float[] logits(ZeroShotModel model, double[] similarities) {
        float[] logits = new float[similarities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) model.clip().bundle().logitScale().logit(similarities[i]);
        }
        return logits;
    }

    /** The images whose best label is right. */
    public Proportion top1() {
        return within(1);
    }

    /** The images whose right label is among the five best; of fewer labels, all. */
    public Proportion top5() {
        return within(TOP);
    }

    private Proportion within(int top) {
        int count = (int) predictions.stream().filter(p -> p.rank() < top).count();
        return new Proportion(count, predictions.size());
    }
}
