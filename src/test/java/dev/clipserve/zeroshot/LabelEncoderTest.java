package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.clip.BundleFiles;
import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.EngineSettings;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.text.ReservedTokenException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the model that ships; its meters tell how many texts were encoded. */
class LabelEncoderTest {

    private static final TemplateEnsemble PLAIN = TemplateEnsemble.of(List.of("a photo of a {}."));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ClipModel model;
    private LabelEncoder encoder;
    private double before;

    @BeforeEach
    void load() {
        var policy = new BatchPolicy(16, 10_000);
        var settings = new EngineSettings(new ExecutionProvider.Cpu(), 1, 1, policy, policy);
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
                .encode(List.of(model.texts().tokenize(prompt)))
                .join()
                .getFirst();
    }

    @Test
    void encode_knownLabels_encodesNoText() {
        LabelEmbeddings first = encoder.encode(List.of("cat", "dog"), PLAIN);
        assertThat(encodedTexts() - before).isEqualTo(2);

        LabelEmbeddings again = encoder.encode(List.of("dog", "cat"), PLAIN);

        assertThat(encodedTexts() - before).isEqualTo(2);
        Embedding image = direct("a picture of a cat");
        double[] similarities = first.similarities(image);
        assertThat(again.labels()).containsExactly("dog", "cat");
        assertThat(again.similarities(image)).containsExactly(similarities[1], similarities[0]);
    }

    @Test
    void encode_otherTemplates_areOtherEmbeddings() {
        LabelEmbeddings plain = encoder.encode(List.of("cat"), PLAIN);
        LabelEmbeddings other = encoder.encode(List.of("cat"), TemplateEnsemble.of(List.of("{}")));

        Embedding image = direct("a picture of a cat");
        double expected = image.similarity(direct("a photo of a cat."));
        assertThat(plain.similarities(image)).containsExactly(expected);
        assertThat(other.similarities(image))
                .containsExactly(image.similarity(direct("cat")))
                .doesNotContain(expected);
    }

    @Test
    void encode_ensemble_isTheNormalizedMeanOfItsPrompts() {
        var ensemble = TemplateEnsemble.of(List.of("a photo of a {}.", "whales beside a small {}", "a photo of a {}."));

        LabelEmbeddings actual = encoder.encode(List.of("cat"), ensemble);

        // A template that is there twice counts once.
        float[] one = new float[model.dimension()];
        float[] two = new float[model.dimension()];
        direct("a photo of a cat.").copyInto(one, 0);
        direct("whales beside a small cat").copyInto(two, 0);
        float[] sum = new float[one.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = one[i] + two[i];
        }
        assertThat(actual.similarities(Embedding.normalize(sum))[0]).isCloseTo(1, within(1e-6));
        assertThat(actual.similarities(direct("a photo of a cat."))[0]).isLessThan(0.9999);
    }

    @Test
    void encode_manyCallersAtOnce_encodesEachLabelOnce() throws Exception {
        List<String> labels = IntStream.range(0, 50).mapToObj(i -> "label " + i).toList();
        var start = new CyclicBarrier(8);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = IntStream.range(0, 8)
                    .mapToObj(i -> callers.submit(() -> {
                        start.await();
                        return encoder.encode(labels, PLAIN);
                    }))
                    .toList();
            for (var result : results) {
                assertThat(result.get().labels()).containsExactlyElementsOf(labels);
            }
        }
        assertThat(encodedTexts() - before).isEqualTo(50);
    }

    @Test
    void encode_aRefusedLabel_leavesItsNeighboursUsable() {
        assertThatThrownBy(() -> encoder.encode(List.of("cat", "<|endoftext|>"), PLAIN))
                .isInstanceOf(ReservedTokenException.class);

        assertThat(encoder.encode(List.of("cat"), PLAIN).size()).isEqualTo(1);
    }

    @Test
    void encode_labelBeyondTheContext_countsItsTokens() {
        String old = "very ".repeat(80) + "old cat";

        LabelEmbeddings labels = encoder.encode(List.of("cat", old), PLAIN);

        // start, a photo of a, 80 very, old cat, the full stop, end
        assertThat(labels.cut()).containsExactly(new CutLabel(old, 89, 77));
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
