package dev.clipserve.clip;

import dev.clipserve.onnx.OnnxInput;
import dev.clipserve.onnx.OnnxSession;
import dev.clipserve.text.TextTokenizer;
import dev.clipserve.text.TokenIds;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The text tower: {@code input_ids} [n, length] → {@code text_embeds} [n, dimension]. */
public final class TextEncoder implements AutoCloseable {

    static final String INPUT = "input_ids";
    static final String MASK = "attention_mask";
    static final String OUTPUT = "text_embeds";

    /**
     * Texts a run: enough to keep the processor busy, few enough that a thousand labels do not hold the session long.
     */
    private static final int MAX_BATCH = 32;

    private final TextTokenizer tokenizer;
    private final OnnxSession session;
    private final boolean masked;

    TextEncoder(TextTokenizer tokenizer, OnnxSession session) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.masked = session.inputs().stream().anyMatch(input -> input.name().equals(MASK));
    }

    /**
     * Tokenizes one text, cut to the context.
     *
     * @throws dev.clipserve.text.ReservedTokenException if the text spells out a control token
     */
    public TokenIds tokenize(String text) {
        return tokenizer.encode(text);
    }

    /** Runs tokenized texts through the model and returns an embedding each, in their order. */
    public List<Embedding> encode(List<TokenIds> texts) {
        Embedding[] embeddings = new Embedding[texts.size()];
        for (List<Integer> batch : batches(texts)) {
            float[] features = run(batch.stream().map(texts::get).toList());
            int dimension = features.length / batch.size();
            for (int i = 0; i < batch.size(); i++) {
                embeddings[batch.get(i)] =
                        Embedding.normalize(Arrays.copyOfRange(features, i * dimension, (i + 1) * dimension));
            }
        }
        return List.of(embeddings);
    }

    /* Only texts of one length share a run, so nothing is ever padded: padding costs time, and a model that is not causal
     * would have to be told of it. */
    private static List<List<Integer>> batches(List<TokenIds> texts) {
        Map<Integer, List<Integer>> byLength = new TreeMap<>();
        IntStream.range(0, texts.size())
                .forEach(i -> byLength.computeIfAbsent(texts.get(i).length(), length -> new ArrayList<>())
                        .add(i));
        List<List<Integer>> batches = new ArrayList<>();
        for (List<Integer> group : byLength.values()) {
            for (int from = 0; from < group.size(); from += MAX_BATCH) {
                batches.add(group.subList(from, Math.min(group.size(), from + MAX_BATCH)));
            }
        }
        return batches;
    }

    private float[] run(List<TokenIds> batch) {
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
        return session.run(inputs, OUTPUT);
    }

    @Override
    public void close() {
        try (tokenizer) {
            session.close();
        }
    }
}
