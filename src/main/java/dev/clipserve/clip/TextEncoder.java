package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.onnx.DirectBuffers;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import dev.clipserve.text.TextTokenizer;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The text tower: {@code input_ids} [n, length] → {@code text_embeds} [n, dimension]. Texts of concurrent callers share
 * runs, but only texts of one length: nothing is padded that the model was not trained to see padded. Padding costs
 * time, and a model that is not causal would have to be told of it.
 */
public final class TextEncoder implements AutoCloseable {

    /**
     * Texts that one call of {@link #tokenize(List)} should have where there are more: enough for all cores, and with
     * the longest labels and templates some megabytes, where all prompts of a request or a label set would be hundreds.
     */
    public static final int TOKENIZED_AT_ONCE = 512;

    static final String INPUT = "input_ids";
    static final String MASK = "attention_mask";
    static final String OUTPUT = "text_embeds";

    /** A text that works, by which sessions are examined. */
    static final String SAMPLE = "a photo";

    private final TextTokenizer tokenizer;
    private final SessionPool sessions;
    private final List<EncoderWorker<TokenIds>> workers;
    private final MicroBatcher<TokenIds, Embedding> batcher;
    private final Timer tokenizing;

    TextEncoder(TextTokenizer tokenizer, SessionPool sessions, BatchPolicy policy, MeterRegistry registry) {
        this.tokenizer = tokenizer;
        this.sessions = sessions;
        boolean masked =
                sessions.inputs().stream().anyMatch(input -> input.name().equals(MASK));
        var encoding = new EncoderWorker.Encoding<>(OUTPUT, tokenizer.encode(SAMPLE), () -> new TokenLayout(masked));
        this.workers = sessions.lanes().stream()
                .map(lane -> new EncoderWorker<>(lane, encoding))
                .toList();
        this.batcher = new MicroBatcher<>(
                new QueueSpec<>("text", sessions.provider().label(), policy, TokenIds::length, TokenIds::bytes),
                registry,
                workers);
        this.tokenizing = Timer.builder("clipserve.text.tokenize")
                .description("Time to tokenize the texts of one call")
                .register(registry);
    }

    /**
     * Tokenizes one text, cut to the context.
     *
     * @throws dev.clipserve.text.ReservedTokenException if the text spells out a control token
     */
    public TokenIds tokenize(String text) {
        return tokenizer.encode(text);
    }

    /**
     * Tokenizes texts, each cut to the context, in their order.
     *
     * @throws dev.clipserve.text.ReservedTokenException for the first text that spells out a control token
     */
    public List<TokenIds> tokenize(List<String> texts) {
        return Objects.requireNonNull(tokenizing.record(() -> tokenizer.encode(texts)));
    }

    /**
     * Runs tokenized texts through the model; an embedding each, in their order. Fails with a
     * {@link java.util.concurrent.TimeoutException} when the deadline passes first.
     *
     * @throws QueueFullException if too many texts are waiting
     */
    public CompletableFuture<List<Embedding>> encode(List<TokenIds> texts, Deadline deadline) {
        return batcher.submit(texts, deadline);
    }

    /**
     * Runs texts in batches on each device, and checks that it was the device that ran them. Call it once, before
     * anything is submitted.
     *
     * @return the first text's embedding
     */
    Embedding warmUp(List<String> samples, WarmUp warmUp) {
        List<Embedding> embeddings = samples.stream()
                .map(this::tokenize)
                .map(ids -> warmUp.run(workers.subList(0, sessions.devices()), size -> Collections.nCopies(size, ids)))
                .toList();
        sessions.verifyPlacement();
        return embeddings.getFirst();
    }

    /** Whether it hangs for good. */
    public boolean isStalled() {
        return batcher.isStalled();
    }

    @Override
    public void close() {
        batcher.close();
        try (tokenizer) {
            sessions.close();
        }
    }

    /** The buffers that batches are laid out in. */
    private static final class TokenLayout implements EncoderWorker.Layout<TokenIds> {

        private final boolean masked;
        private LongBuffer ids = DirectBuffers.longs(0);
        private LongBuffer mask = DirectBuffers.longs(0);

        TokenLayout(boolean masked) {
            this.masked = masked;
        }

        @Override
        public List<OnnxInput> inputs(List<TokenIds> batch) {
            int length = batch.getFirst().length();
            int needed = batch.size() * length;
            if (ids.capacity() < needed) {
                allocate(needed);
            }
            ids.clear();
            batch.forEach(text -> text.writeTo(ids));
            var shape = List.of(batch.size(), length);
            List<OnnxInput> inputs = new ArrayList<>();
            inputs.add(new OnnxInput.Longs(INPUT, shape, ids.flip()));
            if (masked) {
                mask.clear();
                batch.forEach(text -> text.writeMaskTo(mask));
                inputs.add(new OnnxInput.Longs(MASK, shape, mask.flip()));
            }
            return inputs;
        }

        private void allocate(int longs) {
            ids = DirectBuffers.longs(longs);
            if (masked) {
                mask = DirectBuffers.longs(longs);
            }
        }
    }
}
