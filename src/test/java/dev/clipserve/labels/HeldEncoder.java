package dev.clipserve.labels;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.clip.Embedding;
import dev.clipserve.text.TextLength;
import dev.clipserve.text.TextTokenizer;
import dev.clipserve.text.TokenIds;
import dev.clipserve.zeroshot.TemplateEnsemble;
import dev.clipserve.zeroshot.TemplatePresets;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The tokenizer of the model that ships, a queue as the real one, and in the place of the model numbers that go by the
 * tokens; it encodes as many prompts as it is allowed to.
 */
final class HeldEncoder implements PromptEncoder, AutoCloseable {

    private static final int DIMENSION = 8;

    private final TextTokenizer tokenizer;
    private final Semaphore allowed = new Semaphore(0);
    private final AtomicInteger encoded = new AtomicInteger();
    private final MicroBatcher<TokenIds, Embedding> batcher;

    HeldEncoder(int maxWaiting) {
        try (var json = Files.newInputStream(Path.of("models/mini-clip/tokenizer.json"))) {
            tokenizer = TextTokenizer.load(json, TextLength.upTo(77));
        } catch (IOException e) {
            throw new AssertionError("the model that ships cannot be read", e);
        }
        batcher = new MicroBatcher<>(
                new QueueSpec<>(
                        "text",
                        "cpu",
                        // A run that is held up is not given up as hung.
                        new BatchPolicy(1, maxWaiting, Long.MAX_VALUE, Duration.ZERO, Duration.ofDays(1)),
                        TokenIds::length,
                        TokenIds::bytes),
                new SimpleMeterRegistry(),
                List.of(batch -> batch.stream().map(this::embedding).toList()));
    }

    /** One that nobody holds up. */
    static HeldEncoder free() {
        var encoder = new HeldEncoder(100_000);
        encoder.allow(1_000_000_000);
        return encoder;
    }

    /** A model of this encoder. */
    TextModel model(String digest) {
        return model(digest, () -> true);
    }

    /** The same, whose numbers are right when it says so. */
    TextModel model(String digest, BooleanSupplier isRight) {
        return new TextModel(
                "held", digest, new TemplatePresets(TemplateEnsemble.of(List.of("a photo of a {}."))), this, isRight);
    }

    void allow(int prompts) {
        allowed.release(prompts);
    }

    /** How many prompts were encoded so far. */
    int encoded() {
        return encoded.get();
    }

    private Embedding embedding(TokenIds prompt) {
        allowed.acquireUninterruptibly();
        encoded.incrementAndGet();
        return embeddingOf(prompt);
    }

    /** What the encoder makes of a prompt. */
    static Embedding embeddingOf(TokenIds prompt) {
        var ids = LongBuffer.allocate(prompt.length());
        prompt.writeTo(ids);
        float[] features = new float[DIMENSION];
        for (int i = 0; i < ids.capacity(); i++) {
            features[i % DIMENSION] += (float) Math.sin(ids.get(i) * (i + 1.0));
        }
        return Embedding.normalize(features);
    }

    @Override
    public List<TokenIds> tokenize(List<String> prompts) {
        return tokenizer.encode(prompts);
    }

    @Override
    public CompletableFuture<List<Embedding>> encode(List<TokenIds> prompts, Deadline deadline) {
        return batcher.submit(prompts, deadline);
    }

    @Override
    public void close() {
        allowed.release(1_000_000_000);
        batcher.close();
        tokenizer.close();
    }
}
