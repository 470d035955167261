package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.image.PixelValues;
import dev.clipserve.onnx.DirectBuffers;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.ExecutionProvider.Arithmetic;
import dev.clipserve.onnx.ExecutionProvider.Gpus;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.onnx.Lane;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The model on a GPU against the processor; fails where there is none. Run by {@code ./mvnw -Pcuda,gpu-tests test}.
 *
 * <p>{@code -Dclipserve.test.provider} names the provider, {@code cuda} if left out, and
 * {@code -Dclipserve.test.bundle} a bundle folder instead of the model that ships. With {@code cpu} the test compares
 * the processor with itself.
 */
@Tag("gpu")
class GpuTest {

    private static final int COUNT = 200;
    private static final int BATCH = 32;
    private static final int RUNS = 50;
    private static final int ROUNDS = 7;
    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(9));

    private static final ExecutionProvider CPU = ExecutionProvider.Cpu.shortestAnswer(2, 1);
    private static ModelBundle bundle;
    private static ClipModel tested;
    private static ClipModel reference;

    @BeforeAll
    static void load() {
        String folder = System.getProperty("clipserve.test.bundle", "");
        bundle = ModelBundle.read(
                folder.isEmpty()
                        ? new BundleFiles.Embedded("models/mini-clip")
                        : new BundleFiles.Folder(Path.of(folder)),
                Precision.FP32);
        reference = load(CPU);
        tested = load(provider());
    }

    private static ClipModel load(ExecutionProvider provider) {
        var tower = new Tower(provider, new BatchPolicy(BATCH, 100_000, Long.MAX_VALUE, Duration.ZERO));
        return ClipModel.load(bundle, new EngineSettings(tower, tower, GraphCache.none()), new SimpleMeterRegistry());
    }

    private static ExecutionProvider provider() {
        var gpus = new Gpus(List.of(0), 0, 2, Arithmetic.FP32);
        String name = System.getProperty("clipserve.test.provider", "cuda");
        return switch (name) {
            case "cuda" -> new ExecutionProvider.Cuda(gpus);
            case "tensorrt" -> new ExecutionProvider.TensorRt(gpus, Path.of("target/engine-cache"));
            case "cpu" -> CPU;
            default -> throw new IllegalArgumentException("No such provider: " + name);
        };
    }

    @AfterAll
    static void close() {
        reference.close();
        if (tested != null) {
            tested.close();
        }
    }

    private static CompletableFuture<Embedding> encode(ClipModel model, PixelValues picture) {
        return model.images().encode(picture, LATER, () -> {}, Announcement.NONE);
    }

    @Test
    void encode_images_areTheProcessorsAloneAndInBatches() {
        List<PixelValues> pictures = pictures(COUNT);
        List<Embedding> alone =
                pictures.stream().map(picture -> encode(tested, picture).join()).toList();
        List<Embedding> together = pictures.stream().map(picture -> encode(tested, picture)).toList().stream()
                .map(CompletableFuture::join)
                .toList();
        List<Embedding> expected = pictures.stream()
                .map(picture -> encode(reference, picture).join())
                .toList();

        assertClose("images", alone, together, expected);
    }

    @Test
    void encode_texts_areTheProcessorsAloneAndInBatches() {
        List<TokenIds> texts = IntStream.range(0, COUNT)
                .mapToObj(i -> tested.texts().tokenize("a photo of " + "very ".repeat(i % 9) + "thing number " + i))
                .toList();
        List<Embedding> alone = texts.stream()
                .map(text -> tested.texts().encode(List.of(text), LATER).join().getFirst())
                .toList();

        assertClose(
                "texts",
                alone,
                tested.texts().encode(texts, LATER).join(),
                reference.texts().encode(texts, LATER).join());
    }

    private static void assertClose(
            String what, List<Embedding> alone, List<Embedding> together, List<Embedding> expected) {
        double cosine = IntStream.range(0, expected.size())
                .mapToDouble(i -> expected.get(i).similarity(alone.get(i)))
                .min()
                .orElseThrow();
        double drift = IntStream.range(0, expected.size())
                .mapToDouble(i -> largestDifference(alone.get(i), together.get(i)))
                .max()
                .orElseThrow();
        System.out.printf(
                "%d %s: smallest cosine with the processor's %.7f; alone and in batches differ by at most %.2e%n",
                expected.size(), what, cosine, drift);
        assertThat(cosine).isGreaterThanOrEqualTo(0.9999);
        assertThat(drift).isLessThanOrEqualTo(1e-4);
    }

    private static double largestDifference(Embedding one, Embedding other) {
        float[] a = new float[one.dimension()];
        float[] b = new float[other.dimension()];
        one.copyInto(a, 0);
        other.copyInto(b, 0);
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .max()
                .orElseThrow();
    }

    /**
     * How much of what the bare session gives comes through queue, batching and copies. Both take turns, so that what
     * else the machine does meets both.
     */
    @Test
    void encode_underLoad_printsThroughputAgainstABareLoop() throws IOException {
        List<PixelValues> pictures = pictures(BATCH);
        var shapes = GraphContract.image(bundle).shapes(BATCH, bundle.context());
        try (SessionPool sessions =
                SessionPool.load(bundle.graph(bundle.graphs().vision()), provider(), GraphCache.none(), shapes)) {
            FloatBuffer pixels =
                    DirectBuffers.floats(BATCH * pictures.getFirst().size());
            pictures.forEach(picture -> picture.writeTo(pixels));
            var input =
                    new OnnxInput.Floats(ImageEncoder.INPUT, shapes.getFirst().largest(), pixels.flip());
            Lane lane = sessions.lanes().getFirst();
            lane.run(List.of(input), ImageEncoder.OUTPUT);
            sessions.verifyPlacement();
            List<Double> bare = new ArrayList<>();
            List<Double> served = new ArrayList<>();
            List<Embedding> embeddings = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                bare.add(imagesPerSecond(() -> runBare(lane, input)));
                served.add(imagesPerSecond(() -> embeddings.addAll(encodeAll(pictures))));
            }
            System.out.printf(
                    "images/s, median of %d rounds, least and most: %s through the queue, %s in a bare loop of %d%n",
                    ROUNDS, describe(served), describe(bare), BATCH);
            List<Embedding> alone = pictures.stream()
                    .map(picture -> encode(tested, picture).join())
                    .toList();
            assertThat(embeddings).hasSize(ROUNDS * RUNS * BATCH);
            for (int i = 0; i < embeddings.size(); i++) {
                assertThat(embeddings.get(i).similarity(alone.get(i % BATCH))).isGreaterThanOrEqualTo(0.9999);
            }
        }
    }

    private static void runBare(Lane lane, OnnxInput input) {
        for (int i = 0; i < RUNS; i++) {
            lane.run(List.of(input), ImageEncoder.OUTPUT);
        }
    }

    private static List<Embedding> encodeAll(List<PixelValues> pictures) {
        return IntStream.range(0, BATCH * RUNS).mapToObj(i -> encode(tested, pictures.get(i % BATCH))).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static double imagesPerSecond(Runnable images) {
        long start = System.nanoTime();
        images.run();
        return BATCH * RUNS / seconds(start);
    }

    private static String describe(List<Double> speeds) {
        List<Double> sorted = speeds.stream().sorted().toList();
        return "%.0f (%.0f…%.0f)".formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<PixelValues> pictures(int count) {
        int width = bundle.preprocessing().outputWidth();
        int height = bundle.preprocessing().outputHeight();
        var random = new Random(7);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] samples = new byte[3 * width * height];
                    random.nextBytes(samples);
                    return PixelValues.copyOf(
                            width, height, samples, bundle.preprocessing().normalization());
                })
                .toList();
    }
}
