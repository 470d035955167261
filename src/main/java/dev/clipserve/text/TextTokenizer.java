package dev.clipserve.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * Turns texts into token ids exactly as Hugging Face's fast tokenizers do. Safe for concurrent use; owns the native
 * tokenizer until {@link #close}.
 */
public final class TextTokenizer implements AutoCloseable {

    static {
        // DJL reports home, and asks the cloud's metadata address where it runs, unless told not to. It is also kept
        // from looking for CUDA builds of a library that only ever runs on the CPU.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
    }

    /** Characters of the texts that a request's own thread tokenizes. */
    private static final int FEW_CHARACTERS = 4_096;

    /** Texts that a thread takes at a time; a request's own takes no more. */
    private static final int PIECE = 64;

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("tokenize-", 1).factory());

    private final HuggingFaceTokenizer tokenizer;
    private final TextLength length;

    /** Read while native code works on a text, written when what it works with is freed. */
    private final ReadWriteLock memory = new ReentrantReadWriteLock();

    private TextTokenizer(HuggingFaceTokenizer tokenizer, TextLength length) {
        this.tokenizer = tokenizer;
        this.length = length;
    }

    /**
     * Reads a {@code tokenizer.json}. Truncation and padding that the file may ask for are switched off: both are ours.
     *
     * @throws IOException if the file is not a tokenizer
     */
    public static TextTokenizer load(InputStream tokenizerJson, TextLength length) throws IOException {
        try {
            var options = Map.of("truncation", "false", "padding", "false");
            return new TextTokenizer(HuggingFaceTokenizer.newInstance(tokenizerJson, options), length);
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Tokenizes and cuts to the context; pads to it where the encoder wants that.
     *
     * @throws ReservedTokenException if the text spells out a control token, in any letter case
     * @throws IllegalStateException if the tokenizer is closed
     */
    public TokenIds encode(String text) {
        Encoding encoding = encoding(text);
        refuseControlTokens(text, encoding);
        return length.fit(encoding.getIds(), endsWithAddedToken(encoding));
    }

    /**
     * Tokenizes texts, in their order, on all cores: a short one takes about 30 µs, most of it in native code. Many are
     * done on platform threads: on the virtual ones of requests, a few callers with thousands of texts would hold all
     * carriers, and every other request would wait.
     *
     * <p>Returns, or throws, when no thread works on any of them any more: who is refused leaves no work behind.
     *
     * @throws ReservedTokenException for the first text that spells out a control token
     * @throws IllegalStateException if the tokenizer is closed
     */
    public List<TokenIds> encode(List<String> texts) {
        if (areFew(texts)) {
            return texts.stream().map(this::encode).toList();
        }
        List<CompletableFuture<List<TokenIds>>> pieces = IntStream.range(0, Math.ceilDiv(texts.size(), PIECE))
                .mapToObj(piece -> texts.subList(piece * PIECE, Math.min((piece + 1) * PIECE, texts.size())))
                .map(piece -> CompletableFuture.supplyAsync(
                        () -> piece.stream().map(this::encode).toList(), THREADS))
                .toList();
        awaitEach(pieces);
        return pieces.stream().map(TextTokenizer::join).flatMap(List::stream).toList();
    }

    /** Whether they take two milliseconds or so; a text costs time however short it is. */
    static boolean areFew(List<String> texts) {
        return texts.size() <= PIECE && texts.stream().mapToLong(String::length).sum() <= FEW_CHARACTERS;
    }

    private static void awaitEach(List<? extends CompletableFuture<?>> pieces) {
        var all = CompletableFuture.allOf(pieces.toArray(CompletableFuture[]::new));
        all.exceptionally(failure -> null).join();
    }

    private static List<TokenIds> join(CompletableFuture<List<TokenIds>> piece) {
        try {
            return piece.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** All ids of a text, control tokens that it spells out included, however many there are. */
    long[] ids(String text) {
        return encoding(text).getIds();
    }

    private Encoding encoding(String text) {
        memory.readLock().lock();
        try {
            return tokenizer.encode(text, true, false);
        } finally {
            memory.readLock().unlock();
        }
    }

    /* The special-token mask marks only the tokens that the post-processor adds, so a control token between them is one
     * that the text spelled out. The added ones are those control tokens, at the ends. */
    private static void refuseControlTokens(String text, Encoding encoding) {
        long[] ids = encoding.getIds();
        long[] added = encoding.getSpecialTokenMask();
        for (int i = 0; i < ids.length; i++) {
            if (added[i] == 0 && isAddedId(ids, added, ids[i])) {
                throw new ReservedTokenException(text, encoding.getTokens()[i]);
            }
        }
    }

    private static boolean endsWithAddedToken(Encoding encoding) {
        long[] added = encoding.getSpecialTokenMask();
        return added.length > 0 && added[added.length - 1] == 1;
    }

    private static boolean isAddedId(long[] ids, long[] added, long id) {
        return (added[0] == 1 && ids[0] == id) || (added[ids.length - 1] == 1 && ids[ids.length - 1] == id);
    }

    /**
     * Waits for the texts that are in native code. Not all who tokenize have ended when a service does: requests get
     * only so much time, and nobody waits for the thread that asks a canary.
     */
    @Override
    public void close() {
        memory.writeLock().lock();
        try {
            tokenizer.close();
        } finally {
            memory.writeLock().unlock();
        }
    }
}
