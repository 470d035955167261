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
import dev.clipserve.clip.Precision;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import dev.clipserve.text.ReservedTokenException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the model that ships; its meters tell how many texts were encoded. */
class LabelEncoderTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    private static final TemplateEnsemble PLAIN = TemplateEnsemble.of(List.of("a photo of a {}."));

    private static final int CACHE_BYTES = 4_000_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ClipModel model;
    private LabelEncoder encoder;
    private double before;

    @BeforeEach
    void load() {
        var tower = new Tower(
                ExecutionProvider.Cpu.shortestAnswer(1, 1), new BatchPolicy(16, 10_000, Long.MAX_VALUE, Duration.ZERO));
        var settings = new EngineSettings(tower, tower, GraphCache.none());
        var bundle = ModelBundle.read(new BundleFiles.Embedded("models/mini-clip"), Precision.FP32);
        model = ClipModel.load(bundle, settings, registry);
        encoder = new LabelEncoder(model.texts(), CACHE_BYTES, registry);
        before = encodedTexts();
    }

    @AfterEach
    void close() {
        model.close();
    }

    private double encodedTexts() {
        return registry.get("clipserve.queue.wait").tag("queue", "text").timer().count();
    }

    private double lookups(String cache, String result) {
        return registry.get("cache.gets")
                .tags("cache", cache, "result", result)
                .functionCounter()
                .count();
    }

    private double keptEntries(String cache) {
        return registry.get("cache.size").tag("cache", cache).gauge().value();
    }

    private double keptBytes(String cache) {
        return registry.get("clipserve.cache.size").tag("cache", cache).gauge().value();
    }

    private static List<String> labels(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "label " + i).toList();
    }

    /** What callers get that start at the same time. */
    private List<LabelEmbeddings> atOnce(List<List<String>> requests) throws Exception {
        var start = new CyclicBarrier(requests.size());
        List<LabelEmbeddings> results = new ArrayList<>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = requests.stream()
                    .map(request -> callers.submit(() -> {
                        start.await();
                        return encoder.encode(request, PLAIN, LATER);
                    }))
                    .toList();
            for (var future : futures) {
                results.add(future.get());
            }
        }
        return results;
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
        Embedding image = direct("a picture of a cat");
        double[] similarities = first.similarities(image);
        assertThat(again.labels()).containsExactly("dog", "cat");
        assertThat(again.similarities(image)).containsExactly(similarities[1], similarities[0]);
    }

    @Test
    void encode_otherTemplates_areOtherEmbeddings() {
        LabelEmbeddings plain = encoder.encode(List.of("cat"), PLAIN, LATER);
        LabelEmbeddings other = encoder.encode(List.of("cat"), TemplateEnsemble.of(List.of("{}")), LATER);

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

        LabelEmbeddings actual = encoder.encode(List.of("cat"), ensemble, LATER);

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
    void encode_theSameListAgain_isTheSameMatrixByOneLook() {
        LabelEmbeddings first = encoder.encode(labels(0, 100), PLAIN, LATER);

        LabelEmbeddings again = encoder.encode(labels(0, 100), TemplateEnsemble.of(List.of("a photo of a {}.")), LATER);

        assertThat(again).isSameAs(first);
        assertThat(lookups("label-lists", "miss")).isEqualTo(1);
        assertThat(lookups("label-lists", "hit")).isEqualTo(1);
        assertThat(lookups("labels", "miss")).isEqualTo(100);
        assertThat(lookups("labels", "hit")).isZero();
    }

    @Test
    void encode_listWithFiveKnownLabels_encodesTheOthers() {
        encoder.encode(labels(0, 5), PLAIN, LATER);

        encoder.encode(labels(0, 1000), PLAIN, LATER);

        assertThat(encodedTexts() - before).isEqualTo(1000);
        assertThat(lookups("labels", "hit")).isEqualTo(5);
        assertThat(lookups("labels", "miss")).isEqualTo(1000);
    }

    @Test
    void encode_moreThanAreTokenizedAtOnce_keepsTheirOrder() {
        LabelEmbeddings many = encoder.encode(labels(0, 600), PLAIN, LATER);

        Embedding image = direct("a picture of a cat");
        double[] similarities = many.similarities(image);
        for (int i : new int[] {0, 511, 512, 599}) {
            double expected = image.similarity(direct("a photo of a label " + i + "."));
            assertThat(similarities[i]).isCloseTo(expected, within(1e-6));
        }
    }

    @Test
    void encode_timeIsOver_tokenizesNothing() {
        long tokenized = registry.get("clipserve.text.tokenize").timer().count();

        assertThatThrownBy(() -> encoder.encode(labels(0, 2_000), PLAIN, Deadline.after(Duration.ofSeconds(-1))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);

        assertThat(registry.get("clipserve.text.tokenize").timer().count()).isEqualTo(tokenized);
    }

    @Test
    void encode_ensembleAgain_encodesEachTemplateOnce() {
        var three = TemplateEnsemble.of(List.of("a {}", "the {}", "one {}."));
        encoder.encode(labels(0, 4), three, LATER);
        assertThat(encodedTexts() - before).isEqualTo(12);

        encoder.encode(labels(0, 4), three, LATER);
        encoder.encode(labels(2, 4), three, LATER);

        assertThat(encodedTexts() - before).isEqualTo(12);
    }

    @Test
    void encode_callersOfOneListAtOnce_shareItsMatrix() throws Exception {
        List<LabelEmbeddings> results = atOnce(Collections.nCopies(8, labels(0, 50)));

        assertThat(results).allMatch(result -> result == results.getFirst());
        assertThat(results.getFirst().labels()).containsExactlyElementsOf(labels(0, 50));
        assertThat(encodedTexts() - before).isEqualTo(50);
    }

    @Test
    void encode_callersOfOverlappingListsAtOnce_encodeEachLabelOnce() throws Exception {
        List<List<String>> requests =
                IntStream.range(0, 8).mapToObj(i -> labels(10 * i, 10 * i + 50)).toList();

        List<LabelEmbeddings> results = atOnce(requests);

        // 0 … 119
        assertThat(encodedTexts() - before).isEqualTo(120);
        Embedding image = direct("a photo of a label 42.");
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i).labels()).isEqualTo(requests.get(i));
            int place = requests.get(i).indexOf("label 42");
            if (place >= 0) {
                assertThat(results.get(i).similarities(image)[place]).isEqualTo(image.similarity(image));
            }
        }
    }

    @Test
    void encode_moreThanTheCacheHolds_staysInItsBytes() {
        for (int i = 0; i < 60; i++) {
            encoder.encode(labels(100 * i, 100 * (i + 1)), PLAIN, LATER);
        }

        assertThat(keptBytes("labels")).isBetween(0.8 * CACHE_BYTES / 2, 1.0 * CACHE_BYTES / 2);
        assertThat(keptBytes("label-lists")).isBetween(0.8 * CACHE_BYTES / 2, 1.0 * CACHE_BYTES / 2);
        assertThat(encoder.encode(labels(0, 200), PLAIN, LATER).labels()).containsExactlyElementsOf(labels(0, 200));
    }

    @Test
    void encode_noCache_stillEncodes() {
        encoder = new LabelEncoder(model.texts(), 0, new SimpleMeterRegistry());

        encoder.encode(List.of("cat"), PLAIN, LATER);
        encoder.encode(List.of("cat"), PLAIN, LATER);

        assertThat(encodedTexts() - before).isEqualTo(2);
    }

    @Test
    void encode_duplicates_haveAPlaceEach() {
        assertThat(encoder.encode(List.of("cat", "dog", "cat"), PLAIN, LATER).labels())
                .containsExactly("cat", "dog", "cat");
        assertThat(encodedTexts() - before).isEqualTo(2);
    }

    @Test
    void encode_aRefusedLabel_leavesItsNeighboursUsable() {
        assertThatThrownBy(() -> encoder.encode(List.of("cat", "<|endoftext|>"), PLAIN, LATER))
                .isInstanceOf(ReservedTokenException.class);

        assertThat(keptEntries("labels")).isZero();
        assertThat(encoder.encode(List.of("cat"), PLAIN, LATER).size()).isEqualTo(1);
    }

    @Test
    void encode_aRefusedLabel_isRefusedEachTimeAndNeverKept() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> encoder.encode(List.of("cat", "<|endoftext|>"), PLAIN, LATER))
                    .isInstanceOfSatisfying(
                            ReservedTokenException.class,
                            e -> assertThat(e.text()).isEqualTo("a photo of a <|endoftext|>."));
        }
        assertThat(keptEntries("label-lists")).isZero();
        assertThat(encodedTexts() - before).isZero();
    }

    @Test
    void encode_aFailure_isNotKept() {
        model.texts().close();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> encoder.encode(List.of("cat"), PLAIN, LATER))
                    .isInstanceOf(RuntimeException.class);
        }
        assertThat(keptEntries("labels")).isZero();
        assertThat(keptEntries("label-lists")).isZero();
    }

    @Test
    void encode_labelBeyondTheContext_countsItsTokens() {
        String old = "very ".repeat(80) + "old cat";

        LabelEmbeddings labels = encoder.encode(List.of("cat", old), PLAIN, LATER);

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
