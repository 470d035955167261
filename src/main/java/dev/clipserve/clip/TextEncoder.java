package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.OnnxSession;
import dev.clipserve.text.TextTokenizer;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private final List<OnnxSession> sessions;
    private final boolean masked;
    private final MicroBatcher<TokenIds, Embedding> batcher;

    TextEncoder(TextTokenizer tokenizer, List<OnnxSession> sessions, BatchPolicy policy, MeterRegistry registry) {
        this.tokenizer = tokenizer;
        this.sessions = sessions;
        this.masked = sessions.getFirst().inputs().stream()
                .anyMatch(input -> input.name().equals(MASK));
        this.batcher = new MicroBatcher<>(
                "text",
                policy,
                registry,
                sessions.stream()
                        .<Function<List<TokenIds>, List<Embedding>>>map(session -> batch -> run(session, batch))
                        .toList());
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
     * Runs tokenized texts through the model; an embedding each, in their order.
     *
     * @throws QueueFullException if too many texts are waiting
     */
    public CompletableFuture<List<Embedding>> encode(List<TokenIds> texts) {
        Map<Integer, List<Integer>> placesByLength = IntStream.range(0, texts.size())
                .boxed()
                .collect(Collectors.groupingBy(i -> texts.get(i).length()));
        List<Group> groups = new ArrayList<>();
        try {
            placesByLength.forEach((length, places) -> groups.add(new Group(
                    places,
                    batcher.submit(length, places.stream().map(texts::get).toList()))));
        } catch (QueueFullException e) {
            groups.forEach(group -> group.encoded().cancel(true));
            throw e;
        }
        return CompletableFuture.allOf(groups.stream().map(Group::encoded).toArray(CompletableFuture[]::new))
                .thenApply(done -> inOrder(texts.size(), groups));
    }

    /** Texts of one length: their places among all, and their embeddings in the places' order. */
    private record Group(List<Integer> places, CompletableFuture<List<Embedding>> encoded) {}

    private static List<Embedding> inOrder(int size, List<Group> groups) {
        Embedding[] embeddings = new Embedding[size];
        for (Group group : groups) {
            List<Embedding> encoded = group.encoded().join();
            for (int i = 0; i < encoded.size(); i++) {
                embeddings[group.places().get(i)] = encoded.get(i);
            }
        }
        return List.of(embeddings);
    }

    private List<Embedding> run(OnnxSession session, List<TokenIds> batch) {
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
        return Embedding.normalizeRows(session.run(inputs, OUTPUT), batch.size());
    }

    @Override
    public void close() {
        batcher.close();
        try (tokenizer) {
            sessions.forEach(OnnxSession::close);
        }
    }
}
