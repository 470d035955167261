package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.LogitScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleFunction;

/** Ranks labels by how well they match an image: CLIP's zero-shot classification (Radford et al. 2021, section 3.1). */
public final class ZeroShotClassifier {

    private final LogitScale logitScale;
    private final Scoring standard;

    /**
     * A classifier.
     *
     * @param standard how labels are scored where nobody says otherwise: as the model was trained
     */
    public ZeroShotClassifier(LogitScale logitScale, Scoring standard) {
        this.logitScale = logitScale;
        this.standard = standard;
    }

    /** How labels are scored where nobody says otherwise. */
    public Scoring standard() {
        return standard;
    }

    /** Whether {@link Scoring#INDEPENDENT} makes sense: the model was trained with a sigmoid and has a logit bias. */
    public boolean scoresIndependently() {
        return logitScale.bias().isPresent();
    }

    /** Compares each image with each text. */
    public SimilarityMatrix compare(List<Embedding> images, LabelEmbeddings texts) {
        return new SimilarityMatrix(images.stream().map(texts::similarities).toList(), logitScale);
    }

    /** The labels that the options keep, the best first; equals in the labels' order. */
    public List<ScoredLabel> classify(Embedding image, LabelEmbeddings labels, ScoringOptions options) {
        double[] similarities = labels.similarities(image);
        int[] ranked = Ranking.best(similarities, options.top().orElse(similarities.length));
        DoubleFunction<OptionalDouble> probability = probability(similarities, options);
        double threshold = options.threshold().orElse(Double.NEGATIVE_INFINITY);
        List<ScoredLabel> kept = new ArrayList<>(ranked.length);
        for (int place : ranked) {
            double similarity = similarities[place];
            var scored = new ScoredLabel(labels.labels().get(place), probability.apply(similarity), similarity);
            if (scored.score() < threshold) {
                break;
            }
            kept.add(scored);
        }
        return List.copyOf(kept);
    }

    /** The probabilities that labels have by their similarities with an image, scored as the model was trained. */
    public double[] probabilities(double[] similarities) {
        var options = new ScoringOptions(standard, 1, OptionalInt.empty(), OptionalDouble.empty());
        DoubleFunction<OptionalDouble> probability = probability(similarities, options);
        return Arrays.stream(similarities)
                .map(similarity -> probability.apply(similarity).orElseThrow())
                .toArray();
    }

    /** What makes a probability of a similarity, given the similarities of all labels. */
    private DoubleFunction<OptionalDouble> probability(double[] similarities, ScoringOptions options) {
        double temperature = options.temperature();
        return switch (options.scoring()) {
            case SOFTMAX -> softmax(similarities, temperature);
            case INDEPENDENT -> sigmoid(temperature);
            case SIMILARITY -> similarity -> OptionalDouble.empty();
        };
    }

    private DoubleFunction<OptionalDouble> softmax(double[] similarities, double temperature) {
        double[] logits = Arrays.stream(similarities)
                .map(similarity -> logit(similarity, temperature))
                .toArray();
        Softmax softmax = Softmax.over(logits);
        return similarity -> OptionalDouble.of(softmax.probability(logit(similarity, temperature)));
    }

    private DoubleFunction<OptionalDouble> sigmoid(double temperature) {
        if (!scoresIndependently()) {
            throw new IllegalArgumentException("A model without a logit bias has no independent scores");
        }
        return similarity -> OptionalDouble.of(1 / (1 + Math.exp(-logit(similarity, temperature))));
    }

    private double logit(double similarity, double temperature) {
        return logitScale.logit(similarity) / temperature;
    }
}
