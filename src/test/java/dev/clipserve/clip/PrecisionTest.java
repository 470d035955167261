package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.BundleCopy;
import dev.clipserve.ShippedModel;
import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.image.PixelValues;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The variants of a bundle's graphs: the model that ships carries an INT8 image tower, and an fp16 one is put beside
 * it.
 */
class PrecisionTest {

    private static final Path HALF_GRAPH = Path.of("src/test/resources/graphs/vision_model_fp16.onnx");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        BundleCopy.into(folder);
    }

    private ModelBundle read(Precision precision) {
        return ModelBundle.read(new BundleFiles.Folder(folder), precision);
    }

    private void rename(String field, String other) throws IOException {
        Path bundle = folder.resolve("bundle.json");
        Files.writeString(bundle, Files.readString(bundle).replace('"' + field + '"', '"' + other + '"'));
    }

    private void addHalfGraph() throws IOException {
        Files.copy(HALF_GRAPH, folder.resolve("onnx/vision_model_fp16.onnx"));
    }

    @Test
    void read_int8_runsTheVariantForImagesAndFp32ForTexts() {
        assertThat(read(Precision.INT8).graphs())
                .isEqualTo(new GraphFiles("onnx/vision_model_int8.onnx", "onnx/text_model.onnx"));
    }

    @Test
    void read_int8_hasACanaryOfItsOwn() {
        Canary exact = read(Precision.FP32).canary().orElseThrow();
        Canary quantized = read(Precision.INT8).canary().orElseThrow();

        assertThat(quantized.labels()).isEqualTo(exact.labels());
        assertThat(quantized.probabilities()).isNotEqualTo(exact.probabilities());
        assertThat(quantized.probabilities().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-5));
    }

    @Test
    void read_int8_toleratesMoreThanFp32() {
        assertThat(read(Precision.FP32).canary().orElseThrow().tolerance()).isEqualTo(0.001);
        assertThat(read(Precision.INT8).canary().orElseThrow().tolerance()).isEqualTo(0.02);
    }

    @Test
    void read_precisionThatNoTowerHas_namesTheFilesAndWhatThereIs() {
        assertThatThrownBy(() -> read(Precision.FP16))
                .isInstanceOf(BundleException.class)
                .hasMessage("Model bundle " + folder + ": onnx/vision_model_fp16.onnx or onnx/text_model_fp16.onnx"
                        + " is needed for fp16; there is fp32, int8");
    }

    @Test
    void read_canaryWithoutThePrecision_saysWhatItLacks() throws IOException {
        addHalfGraph();

        assertThatThrownBy(() -> read(Precision.FP16))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("bundle.json lacks canary.precisions.fp16");
    }

    @Test
    void load_graphThatTakesAndGivesHalves_computes() throws IOException {
        addHalfGraph();
        rename("canary", "bird");
        var tower = new Tower(
                ExecutionProvider.Cpu.shortestAnswer(1, 1), new BatchPolicy(4, 100, Long.MAX_VALUE, Duration.ZERO));
        var settings = new EngineSettings(tower, tower, GraphCache.none());

        try (ClipModel model = ClipModel.load(read(Precision.FP16), settings, new SimpleMeterRegistry())) {
            Embedding embedding = model.images()
                    .encode(evenPicture(2, -1, 2), Deadline.after(Duration.ofDays(1)), () -> {}, Announcement.NONE)
                    .join();

            // the colours' means, and the one that the graph puts after them
            float[] expected = new float[128];
            expected[0] = 2;
            expected[1] = -1;
            expected[2] = 2;
            expected[3] = 1;
            assertThat(embedding.similarity(Embedding.normalize(expected))).isCloseTo(1, within(1e-6));
        }
    }

    /** Every sample is 2; what is taken off makes the colours. */
    private static PixelValues evenPicture(double red, double green, double blue) {
        byte[] samples = new byte[3 * ShippedModel.SIDE * ShippedModel.SIDE];
        Arrays.fill(samples, (byte) 2);
        var normalization = new Normalization(1, new PerChannel(2 - red, 2 - green, 2 - blue), new PerChannel(1, 1, 1));
        return PixelValues.copyOf(ShippedModel.SIDE, ShippedModel.SIDE, samples, normalization);
    }
}
