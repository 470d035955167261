package dev.clipserve.zeroshot;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.text.ReservedTokenException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Encodes lists of labels, remembering on two levels: single labels, each encoded once whatever lists it is in, and
 * whole lists, each assembled once, so that the same list again costs one look. Callers who want the same at the same
 * time share the work; what fails is not kept.
 */
public final class LabelEncoder {

    /** What an entry costs beside its matrix and its labels: the objects around them, on a 64-bit JVM, rounded up. */
    private static final int ENTRY_OVERHEAD = 600;

    /** What a label costs beside its characters, in the key and in the value. */
    private static final int LABEL_OVERHEAD = 2 * 64;

    /** Labels in their order, and the {@linkplain TemplateEnsemble#digest templates} that they are put into. */
    private record Key(String templates, List<String> labels) {}

    private final LabelCache labels;
    private final AsyncCache<Key, LabelEmbeddings> lists;

    /**
     * An encoder that knows nothing yet.
     *
     * @param cacheBytes about how much memory embeddings that are kept may take: half of it in single labels, half in
     *     lists
     */
    public LabelEncoder(TextEncoder encoder, long cacheBytes, MeterRegistry registry) {
        this.labels = new LabelCache(encoder, cacheBytes / 2, registry);
        this.lists =
                MeteredCache.create("label-lists", cacheBytes / 2, (key, embeddings) -> weight(embeddings), registry);
    }

    private static int weight(LabelEmbeddings embeddings) {
        long bytes = ENTRY_OVERHEAD + embeddings.matrixBytes();
        for (String label : embeddings.labels()) {
            bytes += LABEL_OVERHEAD + 2L * Character.BYTES * label.length();
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    /**
     * Encodes labels with the templates, in the labels' order.
     *
     * @throws ReservedTokenException if a prompt spells out a control token
     */
    public LabelEmbeddings encode(List<String> labels, TemplateEnsemble templates) {
        var key = new Key(templates.digest(), List.copyOf(labels));
        CompletableFuture<LabelEmbeddings> known = lists.getIfPresent(key);
        if (known == null) {
            var mine = new CompletableFuture<LabelEmbeddings>();
            known = lists.asMap().putIfAbsent(key, mine);
            if (known == null) {
                return assemble(key.labels(), templates, mine);
            }
        }
        return await(known);
    }

    /** On the caller's own thread, outside the cache: whoever asks for another list meanwhile does not wait. */
    private LabelEmbeddings assemble(
            List<String> wanted, TemplateEnsemble templates, CompletableFuture<LabelEmbeddings> result) {
        try {
            var assembled = new LabelEmbeddings(labels.encode(wanted, templates));
            result.complete(assembled);
            return assembled;
        } catch (Throwable e) {
            result.completeExceptionally(e);
            throw e;
        }
    }

    private static LabelEmbeddings await(CompletableFuture<LabelEmbeddings> shared) {
        try {
            return shared.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ReservedTokenException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
