package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.text.TokenIds;
import dev.clipserve.zeroshot.EncodedLabel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodingJobTest {

    private static final EncodingJob.Pause NONE = time -> {
        throw new AssertionError("there is room");
    };

    private static EncodingJob job(LabelSet set, HeldEncoder encoder, EncodingJob.Pause pause) {
        return new EncodingJob(new ResolvedSet(set, encoder.model("m")), new Semaphore(1), pause);
    }

    private static Embedding mean(HeldEncoder encoder, List<String> prompts) {
        return Embedding.mean(
                encoder.tokenize(prompts).stream().map(HeldEncoder::embeddingOf).toList());
    }

    @Test
    void run_manyChunks_averagesEachLabelsOwnPrompts() throws Exception {
        try (var encoder = HeldEncoder.free()) {
            LabelSet set = Sets.numbered("a", 300, "a {}", "the {}", "one {}.");
            EncodingJob job = job(set, encoder, NONE);

            List<EncodedLabel> labels = job.run();

            assertThat(labels).hasSize(300);
            for (int i = 0; i < 300; i++) {
                String label = "thing " + i;
                assertThat(labels.get(i).label()).isEqualTo(label);
                assertThat(labels.get(i).embedding())
                        .isEqualTo(mean(encoder, List.of("a " + label, "the " + label, "one " + label + ".")));
            }
            assertThat(job.done()).isEqualTo(900);
            assertThat(encoder.encoded()).isEqualTo(900);
        }
    }

    @Test
    void run_labelWithMorePromptsThanAChunk_isCutIntoSeveral() throws Exception {
        List<String> prompts =
                IntStream.range(0, 600).mapToObj(i -> "view " + i).toList();
        var set = new LabelSet(
                "a",
                Optional.empty(),
                List.of(Entry.of("cat"), new Entry("dog", prompts)),
                List.of("a {}"),
                Optional.of("other"));
        try (var encoder = HeldEncoder.free()) {
            List<EncodedLabel> labels = job(set, encoder, NONE).run();

            assertThat(labels.stream().map(EncodedLabel::label)).containsExactly("cat", "dog", "other");
            assertThat(labels.get(1).embedding()).isEqualTo(mean(encoder, prompts));
            assertThat(labels.get(2).embedding()).isEqualTo(mean(encoder, List.of("a other")));
        }
    }

    /** Remembers how many prompts it was given at a time. */
    private record Counted(HeldEncoder held, List<Integer> tokenized) implements PromptEncoder {

        @Override
        public List<TokenIds> tokenize(List<String> prompts) {
            tokenized.add(prompts.size());
            return held.tokenize(prompts);
        }

        @Override
        public CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline) {
            return held.encode(prompts, deadline);
        }
    }

    @Test
    void run_labelWithMorePromptsThanAChunk_holdsNoMoreThanAChunk() throws Exception {
        List<String> prompts = IntStream.range(0, 600)
                .mapToObj(i -> i == 300 ? "cat ".repeat(100) : "view " + i)
                .toList();
        var set = new LabelSet("a", Optional.empty(), List.of(new Entry("dog", prompts)), List.of(), Optional.empty());
        try (var encoder = HeldEncoder.free()) {
            var counted = new Counted(encoder, new ArrayList<>());
            var model = new TextModel("held", "m", encoder.model("m").presets(), counted, () -> true);
            EncodingJob job = job(set, model, NONE);

            EncodedLabel label = job.run().getFirst();

            assertThat(counted.tokenized()).containsExactly(256, 256, 88);
            assertThat(job.done()).isEqualTo(600);
            // start, 100 times cat, end
            assertThat(label.tokens()).isEqualTo(102);
            assertThat(label.context()).isEqualTo(77);
        }
    }

    @Test
    void run_queueFull_comesBackWhenItWasTold() throws Exception {
        try (var encoder = new HeldEncoder(300)) {
            List<Duration> pauses = new ArrayList<>();
            var others = encoder.encode(
                    encoder.tokenize(
                            IntStream.range(0, 200).mapToObj(i -> "other " + i).toList()),
                    Deadline.after(Duration.ofDays(1)));

            List<EncodedLabel> labels = job(Sets.numbered("a", 256), encoder, time -> {
                        pauses.add(time);
                        encoder.allow(1_000_000);
                        others.join();
                    })
                    .run();

            assertThat(labels).hasSize(256);
            assertThat(pauses).containsExactly(Duration.ofSeconds(1));
        }
    }

    /** Tells when prompts are in the queue. */
    private record Watched(HeldEncoder held, CountDownLatch queued) implements PromptEncoder {

        @Override
        public List<TokenIds> tokenize(List<String> prompts) {
            return held.tokenize(prompts);
        }

        @Override
        public CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline) {
            var embeddings = held.encode(prompts, deadline);
            queued.countDown();
            return embeddings;
        }
    }

    @Test
    void run_interrupted_givesUpWhatWaits() throws Exception {
        var encoder = new HeldEncoder(100_000);
        try (encoder) {
            var watched = new Watched(encoder, new CountDownLatch(1));
            var model = new TextModel("held", "m", encoder.model("m").presets(), watched, () -> true);
            EncodingJob job = job(Sets.numbered("a", 1_000), model, NONE);
            var started = new CompletableFuture<Thread>();
            var ended = CompletableFuture.runAsync(() -> {
                started.complete(Thread.currentThread());
                assertThatThrownBy(job::run).isInstanceOf(InterruptedException.class);
            });
            watched.queued().await();

            started.join().interrupt();

            ended.join();
            assertThat(job.done()).isZero();
        }
        // An encoder that is closed runs what is in its queue: of the chunk, one prompt that was taken already.
        assertThat(encoder.encoded()).isLessThanOrEqualTo(1);
    }

    @Test
    void run_canaryMissed_fails() {
        try (var encoder = HeldEncoder.free()) {
            EncodingJob job = job(Sets.of("a", "cat", "dog"), encoder.model("m", () -> false), NONE);

            assertThatThrownBy(job::run)
                    .isInstanceOf(EncodingFailedException.class)
                    .hasMessageContaining("wrong numbers");
            assertThat(encoder.encoded()).isEqualTo(2);
        }
    }

    @Test
    void run_modelTooBusyForItsCanary_asksAgainAndEncodesNothingTwice() throws Exception {
        try (var encoder = HeldEncoder.free()) {
            var answers = new ArrayDeque<BooleanSupplier>(List.of(
                    () -> {
                        throw new CompletionException(new TimeoutException());
                    },
                    () -> true));

            List<Duration> pauses = new ArrayList<>();

            List<EncodedLabel> labels = job(
                            Sets.of("a", "cat", "dog"),
                            encoder.model("m", () -> answers.remove().getAsBoolean()),
                            pauses::add)
                    .run();

            assertThat(labels).hasSize(2);
            assertThat(pauses).hasSize(1);
            assertThat(answers).isEmpty();
            assertThat(encoder.encoded()).isEqualTo(2);
        }
    }

    @Test
    void run_modelWrongForAWhile_failsThoughItIsRightInTheEnd() {
        try (var encoder = HeldEncoder.free()) {
            var answers = new ArrayDeque<>(List.of(true, false, true));
            LabelSet set = Sets.numbered("a", 3 * EncodingJob.CHUNKS_TRUSTED * EncodingJob.CHUNK);

            assertThatThrownBy(() ->
                            job(set, encoder.model("m", answers::remove), NONE).run())
                    .isInstanceOf(EncodingFailedException.class);
            assertThat(encoder.encoded()).isEqualTo(2 * EncodingJob.CHUNKS_TRUSTED * EncodingJob.CHUNK);
        }
    }

    private static EncodingJob job(LabelSet set, TextModel model, EncodingJob.Pause pause) {
        return new EncodingJob(new ResolvedSet(set, model), new Semaphore(1), pause);
    }

    @Test
    void run_reservedTokenSpelledByTemplateAndLabelTogether_fails() {
        try (var encoder = HeldEncoder.free()) {
            LabelSet set = new LabelSet(
                    "a", Optional.empty(), List.of(Entry.of("endoftext")), List.of("<|{}|>"), Optional.empty());

            assertThatThrownBy(() -> job(set, encoder, NONE).run()).hasMessageContaining("control token");
        }
    }
}
