package dev.clipserve.zeroshot;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.text.TokenIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Encodes labels, each once: embeddings are kept in a bounded cache, and a label that several callers miss at the same
 * time is encoded for all of them by the first.
 */
public final class LabelEncoder {

    /** What an entry costs beside its embedding and its label: the objects around them, on a 64-bit JVM, rounded up. */
    private static final int ENTRY_OVERHEAD = 256;

    private record Key(TemplateEnsemble templates, String label) {}

    private final TextEncoder encoder;
    private final AsyncCache<Key, EncodedLabel> cache;

    /**
     * An encoder with an empty cache.
     *
     * @param cacheBytes about how much memory the cached embeddings may take
     */
    public LabelEncoder(TextEncoder encoder, long cacheBytes) {
        this.encoder = encoder;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Key key, EncodedLabel label) -> weight(label))
                .executor(Runnable::run)
                .buildAsync();
    }

    private static int weight(EncodedLabel label) {
        return ENTRY_OVERHEAD
                + Float.BYTES * label.embedding().dimension()
                + Character.BYTES * label.label().length();
    }

    /**
     * Encodes labels with the templates, in the labels' order.
     *
     * @throws dev.clipserve.text.ReservedTokenException if a prompt spells out a control token
     */
    public LabelEmbeddings encode(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        List<Key> keys = labels.stream().map(label -> new Key(templates, label)).toList();
        Map<Key, List<TokenIds>> missing = new LinkedHashMap<>();
        for (Key key : keys) {
            if (cache.getIfPresent(key) == null) {
                missing.put(key, tokenize(key));
            }
        }
        // Tokenized outside the cache: a label that is refused fails its own request, not others that wait for its
        // neighbours.
        Map<Key, EncodedLabel> encoded = cache.getAll(keys, wanted -> encodeAll(complete(missing, wanted), deadline))
                .join();
        return new LabelEmbeddings(keys.stream().map(encoded::get).toList());
    }

    /** The tokens of all wanted labels; those that were evicted since the first look are tokenized now. */
    private Map<Key, List<TokenIds>> complete(Map<Key, List<TokenIds>> tokens, Set<? extends Key> wanted) {
        Map<Key, List<TokenIds>> complete = new LinkedHashMap<>();
        for (Key key : wanted) {
            List<TokenIds> known = tokens.get(key);
            complete.put(key, known == null ? tokenize(key) : known);
        }
        return complete;
    }

    private List<TokenIds> tokenize(Key key) {
        return key.templates().prompts(key.label()).stream()
                .map(encoder::tokenize)
                .toList();
    }

    private Map<Key, EncodedLabel> encodeAll(Map<Key, List<TokenIds>> tokens, Deadline deadline) {
        List<TokenIds> flat = tokens.values().stream().flatMap(List::stream).toList();
        List<Embedding> embeddings = encoder.encode(flat, deadline).join();
        Map<Key, EncodedLabel> encoded = new LinkedHashMap<>();
        int at = 0;
        for (var entry : tokens.entrySet()) {
            int prompts = entry.getValue().size();
            encoded.put(
                    entry.getKey(),
                    label(entry.getKey().label(), entry.getValue(), embeddings.subList(at, at + prompts)));
            at += prompts;
        }
        return encoded;
    }

    private static EncodedLabel label(String label, List<TokenIds> prompts, List<Embedding> embeddings) {
        int tokens = 0;
        int kept = 0;
        for (TokenIds prompt : prompts) {
            tokens = Math.max(tokens, prompt.fullLength());
            kept = Math.max(kept, prompt.length());
        }
        return new EncodedLabel(label, Embedding.mean(new ArrayList<>(embeddings)), tokens, kept);
    }
}
