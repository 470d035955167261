package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * On the CPU, the model that ships answers bit for bit the same, alone and in any batch, in each precision it carries.
 */
@ParameterizedClass
@EnumSource(
        value = Precision.class,
        names = {"FP32", "INT8"})
class BatchIndependenceTest {

    private static final int COUNT = 200;
    private static final Normalization NORMALIZATION =
            new Normalization(1 / 255.0, new PerChannel(0.48, 0.46, 0.41), new PerChannel(0.27, 0.26, 0.28));
    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    private final ClipModel model;

    BatchIndependenceTest(Precision precision) {
        var tower = new Tower(
                ExecutionProvider.Cpu.shortestAnswer(2, 2), new BatchPolicy(32, 10_000, Long.MAX_VALUE, Duration.ZERO));
        var settings = new EngineSettings(tower, tower, GraphCache.none());
        var bundle = ModelBundle.read(new BundleFiles.Embedded("models/mini-clip"), precision);
        model = ClipModel.load(bundle, settings, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        model.close();
    }

    private CompletableFuture<Embedding> encode(PixelValues picture) {
        return model.images().encode(picture, LATER, () -> {}, Announcement.NONE);
    }

    @Test
    void encode_imagesInBatches_equalsEachAlone() {
        var random = new Random(7);
        List<PixelValues> pictures =
                IntStream.range(0, COUNT).mapToObj(i -> noise(random)).toList();
        List<Embedding> alone =
                pictures.stream().map(picture -> encode(picture).join()).toList();

        List<CompletableFuture<Embedding>> together =
                pictures.stream().map(this::encode).toList();

        assertThat(together.stream().map(CompletableFuture::join)).containsExactlyElementsOf(alone);
    }

    @Test
    void encode_textsInBatches_equalsEachAlone() {
        List<TokenIds> texts = IntStream.range(0, COUNT)
                .mapToObj(i -> model.texts().tokenize("a photo of " + "very ".repeat(i % 9) + "thing number " + i))
                .toList();
        List<Embedding> alone = texts.stream()
                .map(text -> model.texts().encode(List.of(text), LATER).join().getFirst())
                .toList();

        assertThat(model.texts().encode(texts, LATER).join()).containsExactlyElementsOf(alone);
    }

    private static PixelValues noise(Random random) {
        byte[] samples = new byte[3 * ShippedModel.SIDE * ShippedModel.SIDE];
        random.nextBytes(samples);
        return PixelValues.copyOf(ShippedModel.SIDE, ShippedModel.SIDE, samples, NORMALIZATION);
    }
}
