package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.LogitScale;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZeroShotClassifierTest {

    private static final Embedding IMAGE = Embedding.normalize(new float[] {0, 1});
    private static final EncodedLabel DOG = label("dog", 0.8f, 0.6f);
    private static final EncodedLabel CAT = label("cat", 0.6f, 0.8f);
    private static final LabelEmbeddings LABELS = new LabelEmbeddings(List.of(DOG, CAT, label("fox", 0.6f, 0.8f)));

    private static EncodedLabel label(String label, float... features) {
        return new EncodedLabel(label, Embedding.normalize(features), 7, 7);
    }

    private static ZeroShotClassifier softmax(double scale) {
        return new ZeroShotClassifier(new LogitScale(scale, OptionalDouble.empty()), Scoring.SOFTMAX);
    }

    private static ScoringOptions options(Scoring scoring, double temperature) {
        return new ScoringOptions(scoring, temperature, OptionalInt.empty(), OptionalDouble.empty());
    }

    @Test
    void classify_softmax_scalesTheSimilarity() {
        var two = new LabelEmbeddings(List.of(DOG, CAT));

        List<ScoredLabel> ranked = softmax(10).classify(IMAGE, two, ScoringOptions.DEFAULT);

        // cosines 0.6 and 0.8, scale 10: p(cat) = 1 / (1 + e^(-10 × 0.2))
        assertThat(ranked).extracting(ScoredLabel::label).containsExactly("cat", "dog");
        assertThat(ranked.getFirst().score()).isCloseTo(0.880797, within(1e-6));
        assertThat(ranked.getFirst().similarity()).isCloseTo(0.8, within(1e-7));
    }

    @Test
    void classify_temperature_dividesTheLogits() {
        var two = new LabelEmbeddings(List.of(DOG, CAT));

        double p = softmax(10)
                .classify(IMAGE, two, options(Scoring.SOFTMAX, 4))
                .getFirst()
                .score();

        // 1 / (1 + e^(-10 × 0.2 / 4))
        assertThat(p).isCloseTo(0.622459, within(1e-6));
    }

    @Test
    void classify_equalLabels_keepTheCallersOrder() {
        assertThat(softmax(10).classify(IMAGE, LABELS, ScoringOptions.DEFAULT))
                .extracting(ScoredLabel::label)
                .containsExactly("cat", "fox", "dog");
    }

    @Test
    void classify_independent_isASigmoidWithTheBias() {
        var classifier = new ZeroShotClassifier(new LogitScale(10, OptionalDouble.of(-7)), Scoring.SOFTMAX);

        List<ScoredLabel> ranked = classifier.classify(IMAGE, LABELS, options(Scoring.INDEPENDENT, 1));

        // 1 / (1 + e^-(10 × 0.8 − 7)) and 1 / (1 + e^-(10 × 0.6 − 7))
        assertThat(ranked.getFirst().score()).isCloseTo(0.731059, within(1e-6));
        assertThat(ranked.getLast().score()).isCloseTo(0.268941, within(1e-6));
    }

    @Test
    void classify_independentWithoutABias_isRefused() {
        assertThat(softmax(10).scoresIndependently()).isFalse();
        assertThatThrownBy(() -> softmax(10).classify(IMAGE, LABELS, options(Scoring.INDEPENDENT, 1)))
                .hasMessageContaining("bias");
    }

    @Test
    void probabilities_ofEachLabelInTheirOrder_areScoredAsTheModelWasTrained() {
        var softmax = softmax(10);
        var sigmoid = new ZeroShotClassifier(new LogitScale(10, OptionalDouble.of(-7)), Scoring.INDEPENDENT);
        double[] similarities = {0.6, 0.8};

        // 1 / (1 + e^(10 × 0.2)), and the rest
        assertThat(softmax.probabilities(similarities))
                .containsExactly(new double[] {0.119203, 0.880797}, within(1e-6));
        // 1 / (1 + e^-(10 × 0.6 − 7)) and 1 / (1 + e^-(10 × 0.8 − 7))
        assertThat(sigmoid.probabilities(similarities))
                .containsExactly(new double[] {0.268941, 0.731059}, within(1e-6));
    }

    @Test
    void classify_similarity_hasNoProbabilities() {
        assertThat(softmax(10).classify(IMAGE, LABELS, options(Scoring.SIMILARITY, 1)))
                .allMatch(label -> label.probability().isEmpty())
                .extracting(ScoredLabel::similarity)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void classify_topAndThreshold_keepTheBestOnly() {
        var top = new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.of(1), OptionalDouble.empty());
        var threshold = new ScoringOptions(Scoring.SIMILARITY, 1, OptionalInt.empty(), OptionalDouble.of(0.7));

        assertThat(softmax(10).classify(IMAGE, LABELS, top))
                .extracting(ScoredLabel::label)
                .containsExactly("cat");
        assertThat(softmax(10).classify(IMAGE, LABELS, threshold))
                .extracting(ScoredLabel::label)
                .containsExactly("cat", "fox");
    }

    @Test
    void classify_manyLabels_probabilitiesAreTheSoftmaxOfAll() {
        List<EncodedLabel> many = IntStream.range(0, 1000)
                .mapToObj(i -> label("label " + i, (float) Math.cos(i), (float) Math.sin(i)))
                .toList();
        var top = new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.of(3), OptionalDouble.empty());

        List<ScoredLabel> all = softmax(10).classify(IMAGE, new LabelEmbeddings(many), ScoringOptions.DEFAULT);

        assertThat(all.stream().mapToDouble(ScoredLabel::score).sum()).isCloseTo(1, within(1e-12));
        assertThat(softmax(10).classify(IMAGE, new LabelEmbeddings(many), top)).isEqualTo(all.subList(0, 3));
    }

    @Test
    void classify_thresholdBetweenProbabilities_cutsBehindTheLastThatReachesIt() {
        var classifier = softmax(10);
        List<ScoredLabel> all = classifier.classify(IMAGE, LABELS, ScoringOptions.DEFAULT);

        for (int kept = 1; kept <= all.size(); kept++) {
            OptionalDouble threshold = OptionalDouble.of(all.get(kept - 1).score());
            // cat and fox are equal: where one is kept, so is the other
            assertThat(classifier.classify(
                            IMAGE, LABELS, new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.empty(), threshold)))
                    .hasSize(Math.max(2, kept));
        }
    }

    @Test
    void classify_thresholdOfNone_isEmpty() {
        var threshold = new ScoringOptions(Scoring.SIMILARITY, 1, OptionalInt.empty(), OptionalDouble.of(0.9));

        assertThat(softmax(10).classify(IMAGE, LABELS, threshold)).isEmpty();
    }

    @Test
    void classify_hugeLogits_doNotOverflow() {
        List<ScoredLabel> ranked = softmax(1e9).classify(IMAGE, LABELS, ScoringOptions.DEFAULT);

        assertThat(ranked).extracting(ScoredLabel::score).containsExactly(0.5, 0.5, 0.0);
    }
}
