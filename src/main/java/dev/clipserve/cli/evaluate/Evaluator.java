package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.Dataset.Sample;
import dev.clipserve.cli.evaluate.EvaluationReport.Compared;
import dev.clipserve.cli.evaluate.EvaluationReport.Data;
import dev.clipserve.cli.evaluate.EvaluationReport.Mistake;
import dev.clipserve.cli.evaluate.EvaluationReport.Model;
import dev.clipserve.clip.Embedding;
import dev.clipserve.image.Preprocessing;
import dev.clipserve.zeroshot.LabelEmbeddings;
import dev.clipserve.zeroshot.PromptTemplate;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Embedded images → a report: every set of templates is tried, and no image is encoded again. */
public final class Evaluator {

    /** Pairs of labels in a report. */
    private static final int CONFUSIONS = 100;

    private final ZeroShotModel model;
    private final Dataset data;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Embedding> embeddings = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    public Evaluator(ZeroShotModel model, Dataset data) {
        this.model = model;
        this.data = data;
    }

    /** Takes an image that has an embedding. */
    public void add(Sample sample, Embedding embedding) {
        samples.add(sample);
        embeddings.add(embedding);
    }

    /** Takes an image that has none. */
    public void add(Failure failure) {
        failures.add(failure);
    }

    /** How many images have an embedding. */
    public int evaluated() {
        return samples.size();
    }

    /** How many images have none. */
    public int failed() {
        return failures.size();
    }

    /**
     * What is to be told apart from results.
     *
     * @param clipserve the version of the program
     * @param sources where the images are, as given
     * @param mistakes how many mistakes are shown
     */
    public record Terms(String clipserve, List<String> sources, int mistakes) {}

    /**
     * Evaluates.
     *
     * @param variants at least one; the last is the main one
     * @param encoder the labels' embeddings with a variant's templates
     */
    public EvaluationReport report(Terms terms, List<Variant> variants, Function<Variant, LabelEmbeddings> encoder) {
        int[] truths = samples.stream().mapToInt(Sample::label).toArray();
        List<Compared> comparison = new ArrayList<>();
        Evaluation evaluation = null;
        for (Variant variant : variants) {
            evaluation = Evaluation.of(model, encoder.apply(variant), embeddings, truths);
            comparison.add(new Compared(variant.name(), texts(variant), Metrics.of(evaluation, data.labels())));
        }
        if (evaluation == null) {
            throw new IllegalArgumentException("There are no templates");
        }
        LabelResults results = LabelResults.of(data.labels(), evaluation.predictions());
        return new EvaluationReport(
                terms.clipserve(),
                model(),
                data(terms),
                texts(variants.getLast()),
                comparison.getLast().metrics(),
                comparison,
                results.labels(),
                results.confusions().stream().limit(CONFUSIONS).toList(),
                evaluation.calibration().bins(),
                mistakes(evaluation.predictions(), terms.mistakes()),
                List.copyOf(failures));
    }

    private static List<String> texts(Variant variant) {
        return variant.templates().templates().stream()
                .map(PromptTemplate::text)
                .toList();
    }

    private Model model() {
        var bundle = model.clip().bundle();
        Preprocessing pixels = bundle.preprocessing();
        var scale = bundle.logitScale();
        return new Model(
                model.name(),
                model.digest(),
                bundle.precision().label(),
                model.clip().provider(),
                pixels.outputWidth(),
                pixels.outputHeight(),
                model.clip().dimension(),
                scale.scale(),
                scale.bias().isPresent() ? scale.bias().getAsDouble() : null);
    }

    private Data data(Terms terms) {
        return new Data(
                terms.sources(),
                data.samples().size(),
                samples.size(),
                failures.size(),
                data.leftOut(),
                data.labels().size(),
                data.withoutImages());
    }

    private List<Mistake> mistakes(List<Prediction> predictions, int count) {
        return IntStream.range(0, predictions.size())
                .filter(i -> !predictions.get(i).right())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -predictions.get(i).confidence()))
                .limit(count)
                .map(i -> mistake(samples.get(i).file().toString(), predictions.get(i)))
                .toList();
    }

    private Mistake mistake(String path, Prediction prediction) {
        return new Mistake(
                path,
                data.labels().get(prediction.truth()),
                data.labels().get(prediction.predicted()),
                prediction.confidence(),
                prediction.truthProbability(),
                prediction.rank() + 1);
    }
}
