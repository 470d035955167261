package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.LogitScale;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One image against many labels of 512 dimensions: cosines, softmax and ranking. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScoringBenchmark {

    private static final int DIMENSION = 512;

    @Param({"100", "1000", "10000"})
    private int labels;

    private final ZeroShotClassifier classifier =
            new ZeroShotClassifier(new LogitScale(100, OptionalDouble.empty()), Scoring.SOFTMAX);
    private Embedding image;
    private LabelEmbeddings embeddings;

    @Setup
    public void prepare() {
        var random = new Random(1);
        image = embedding(random);
        embeddings = new LabelEmbeddings(IntStream.range(0, labels)
                .mapToObj(i -> new EncodedLabel("label " + i, embedding(random), 7, 7))
                .toList());
    }

    private static Embedding embedding(Random random) {
        float[] features = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            features[i] = (float) random.nextGaussian();
        }
        return Embedding.normalize(features);
    }

    @Benchmark
    public double[] cosines() {
        return embeddings.similarities(image);
    }

    @Benchmark
    public List<ScoredLabel> classifyAll() {
        return classifier.classify(image, embeddings, ScoringOptions.DEFAULT);
    }

    @Benchmark
    public List<ScoredLabel> classifyTop5() {
        return classifier.classify(
                image, embeddings, new ScoringOptions(Scoring.SOFTMAX, 1, OptionalInt.of(5), OptionalDouble.empty()));
    }
}
