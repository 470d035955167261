package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.SessionPool;
import dev.clipserve.text.TextTokenizer;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The text tower: {@code input_ids} [n, length] → {@code text_embeds} [n, dimension]. Texts of concurrent callers share
 * runs, but only texts of one length: nothing is ever padded. Padding costs time, and a model that is not causal would
 * have to be told of it.
 */
public final class TextEncoder implements AutoCloseable {

    static final String INPUT = "input_ids";
    static final String MASK = "attention_mask";
    static final String OUTPUT = "text_embeds";

    private final TextTokenizer tokenizer;
    private final SessionPool sessions;
    private final boolean masked;
    private final MicroBatcher<TokenIds, Embedding> batcher;

    TextEncoder(TextTokenizer tokenizer, SessionPool sessions, BatchPolicy policy, MeterRegistry registry) {
        this.tokenizer = tokenizer;
        this.sessions = sessions;
        this.masked = sessions.inputs().stream().anyMatch(input -> input.name().equals(MASK));
        this.batcher = new MicroBatcher<>(
                new QueueSpec<>("text", policy, TokenIds::length, TokenIds::bytes),
                registry,
                Collections.nCopies(sessions.parallelRuns(), this::run));
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
        return tokenizer.encode(texts);
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

    private List<Embedding> run(List<TokenIds> batch) {
        int length = batch.getFirst().length();
        var shape = List.of(batch.size(), length);
        long[] ids = new long[batch.size() * length];
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).copyInto(ids, i * length);
        }
        List<OnnxInput> inputs = new ArrayList<>();
        inputs.add(new OnnxInput.Longs(INPUT, shape, LongBuffer.wrap(ids)));
        if (masked) {
            long[] mask = new long[ids.length];
            Arrays.fill(mask, 1);
            inputs.add(new OnnxInput.Longs(MASK, shape, LongBuffer.wrap(mask)));
        }
        return Embedding.normalizeRows(sessions.run(inputs, OUTPUT), batch.size());
    }

    @Override
    public void close() {
        batcher.close();
        try (tokenizer) {
            sessions.close();
        }
    }
}
