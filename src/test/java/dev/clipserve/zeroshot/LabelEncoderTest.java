package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.EngineSettings;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.text.ReservedTokenException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the model that ships; its meters tell how many texts were encoded. */
class LabelEncoderTest {

    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(5));
    private static final TemplateEnsemble PLAIN = TemplateEnsemble.of(List.of("a photo of a {}."));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ClipModel model;
    private LabelEncoder encoder;
    private double before;

    @BeforeEach
    void load() {
        var tower = new Tower(ExecutionProvider.Cpu.shortestAnswer(1, 1), new BatchPolicy(16, 10_000, Long.MAX_VALUE));
        var settings = new EngineSettings(tower, tower, GraphCache.none());
        model = ClipModel.load(ModelBundle.read(new BundleFiles.Embedded("models/mini-clip")), settings, registry);
        encoder = new LabelEncoder(model.texts(), 1_000_000);
        before = encodedTexts();
    }

    @AfterEach
    void close() {
        model.close();
    }

    private double encodedTexts() {
        return registry.get("clipserve.queue.wait").tag("queue", "text").timer().count();
    }

    private Embedding direct(String prompt) {
        return model.texts()
                .encode(List.of(model.texts().tokenize(prompt)), LATER)
                .join()
                .getFirst();
    }

    @Test
    void encode_knownLabels_encodesNoText() {
        LabelEmbeddings first = encoder.encode(List.of("cat", "dog"), PLAIN, LATER);
        assertThat(encodedTexts() - before).isEqualTo(2);

        LabelEmbeddings again = encoder.encode(List.of("dog", "cat"), PLAIN, LATER);

        assertThat(encodedTexts() - before).isEqualTo(2);
        assertThat(again.labels())
                .containsExactly(first.labels().get(1), first.labels().get(0));
    }

    @Test
    void encode_otherTemplates_areOtherEmbeddings() {
        Embedding plain =
                encoder.encode(List.of("cat"), PLAIN, LATER).labels().getFirst().embedding();
        Embedding other = encoder.encode(List.of("cat"), TemplateEnsemble.of(List.of("{}")), LATER)
                .labels()
                .getFirst()
                .embedding();

        assertThat(plain).isEqualTo(direct("a photo of a cat."));
        assertThat(other).isEqualTo(direct("cat")).isNotEqualTo(plain);
    }

    @Test
    void encode_ensemble_isTheNormalizedMeanOfItsPrompts() {
        var ensemble = TemplateEnsemble.of(List.of("a photo of a {}.", "whales beside a small {}", "a photo of a {}."));

        Embedding actual = encoder.encode(List.of("cat"), ensemble, LATER)
                .labels()
                .getFirst()
                .embedding();

        // A template that is there twice counts once.
        float[] one = new float[model.dimension()];
        float[] two = new float[model.dimension()];
        direct("a photo of a cat.").copyInto(one, 0);
        direct("whales beside a small cat").copyInto(two, 0);
        float[] sum = new float[one.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = one[i] + two[i];
        }
        assertThat(actual.similarity(Embedding.normalize(sum))).isCloseTo(1, within(1e-6));
        assertThat(actual.similarity(direct("a photo of a cat."))).isLessThan(0.9999);
    }

    @Test
    void encode_manyCallersAtOnce_encodesEachLabelOnce() throws Exception {
        List<String> labels = IntStream.range(0, 50).mapToObj(i -> "label " + i).toList();
        var start = new CyclicBarrier(8);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = IntStream.range(0, 8)
                    .mapToObj(i -> callers.submit(() -> {
                        start.await();
                        return encoder.encode(labels, PLAIN, LATER);
                    }))
                    .toList();
            for (var result : results) {
                assertThat(result.get().labels())
                        .extracting(EncodedLabel::label)
                        .containsExactlyElementsOf(labels);
            }
        }
        assertThat(encodedTexts() - before).isEqualTo(50);
    }

    @Test
    void encode_aRefusedLabel_leavesItsNeighboursUsable() {
        assertThatThrownBy(() -> encoder.encode(List.of("cat", "<|endoftext|>"), PLAIN, LATER))
                .isInstanceOf(ReservedTokenException.class);

        assertThat(encoder.encode(List.of("cat"), PLAIN, LATER).size()).isEqualTo(1);
    }

    @Test
    void encode_labelBeyondTheContext_countsItsTokens() {
        EncodedLabel label = encoder.encode(List.of("very ".repeat(80) + "old cat"), PLAIN, LATER)
                .labels()
                .getFirst();

        // start, a photo of a, 80 very, old cat, the full stop, end
        assertThat(label.tokens()).isEqualTo(89);
        assertThat(label.context()).isEqualTo(77);
        assertThat(label.truncated()).isTrue();
    }

    @Test
    void presets_ofOpenAi_haveTheirTemplates() {
        var presets = new TemplatePresets(PLAIN);

        assertThat(presets.names()).containsExactly("default", "label", "openai-7", "openai-80");
        assertThat(presets.find("openai-7")).hasSize(7).contains(new PromptTemplate("itap of a {}."));
        assertThat(presets.find("openai-80")).hasSize(80).doesNotHaveDuplicates();
        assertThat(presets.find("openai")).isNull();
    }
}
