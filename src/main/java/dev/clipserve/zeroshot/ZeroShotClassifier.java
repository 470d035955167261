package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.LogitScale;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ranks labels by how well they match an image: CLIP's zero-shot classification (Radford et al. 2021, section 3.1). */
public final class ZeroShotClassifier {

    private final LogitScale logitScale;

    public ZeroShotClassifier(LogitScale logitScale) {
        this.logitScale = logitScale;
    }

    /** Whether {@link Scoring#INDEPENDENT} makes sense: the model was trained with a sigmoid and has a logit bias. */
    public boolean scoresIndependently() {
        return logitScale.bias().isPresent();
    }

    /** The labels that the options keep, the best first; equals in the labels' order. */
    public List<ScoredLabel> classify(Embedding image, LabelEmbeddings labels, ScoringOptions options) {
        double[] similarities = labels.similarities(image);
        List<OptionalDouble> probabilities = probabilities(similarities, options);
        Stream<ScoredLabel> ranked = IntStream.range(0, similarities.length)
                .mapToObj(i -> new ScoredLabel(labels.labels().get(i).label(), probabilities.get(i), similarities[i]))
                .sorted(Comparator.comparingDouble(ScoredLabel::similarity).reversed());
        if (options.threshold().isPresent()) {
            double threshold = options.threshold().getAsDouble();
            ranked = ranked.takeWhile(label -> label.score() >= threshold);
        }
        return ranked.limit(options.top().orElse(similarities.length)).toList();
    }

    private List<OptionalDouble> probabilities(double[] similarities, ScoringOptions options) {
        double[] logits = Arrays.stream(similarities)
                .map(similarity -> logitScale.logit(similarity) / options.temperature())
                .toArray();
        return switch (options.scoring()) {
            case SOFTMAX -> present(softmax(logits));
            case INDEPENDENT -> present(sigmoid(logits));
            case SIMILARITY ->
                DoubleStream.of(similarities)
                        .mapToObj(similarity -> OptionalDouble.empty())
                        .toList();
        };
    }

    private static List<OptionalDouble> present(double[] probabilities) {
        return Arrays.stream(probabilities).mapToObj(OptionalDouble::of).toList();
    }

    private double[] sigmoid(double[] logits) {
        if (!scoresIndependently()) {
            throw new IllegalArgumentException("A model without a logit bias has no independent scores");
        }
        return Arrays.stream(logits).map(logit -> 1 / (1 + Math.exp(-logit))).toArray();
    }

    /** Takes the largest logit off first, so that {@code exp} cannot overflow. */
    static double[] softmax(double[] logits) {
        double max = Arrays.stream(logits).max().orElse(0);
        double[] exponentials =
                Arrays.stream(logits).map(logit -> Math.exp(logit - max)).toArray();
        double sum = Arrays.stream(exponentials).sum();
        return Arrays.stream(exponentials).map(value -> value / sum).toArray();
    }
}
