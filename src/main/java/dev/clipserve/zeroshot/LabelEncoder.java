package dev.clipserve.zeroshot;

import dev.clipserve.batching.Deadline;
import dev.clipserve.cache.SharedCache;
import dev.clipserve.clip.TextEncoder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * Encodes lists of labels, remembering on two levels: single labels, each encoded once whatever lists it is in, and
 * whole lists, each assembled once, so that the same list again costs one look. Callers who want the same at the same
 * time share the work; what fails is not kept.
 */
public final class LabelEncoder {

    /** Labels in their order, and the {@linkplain TemplateEnsemble#digest templates} that they are put into. */
    private record Key(String templates, List<String> labels) {}

    private final LabelCache labels;
    private final SharedCache<Key, LabelEmbeddings> lists;

    /**
     * An encoder that knows nothing yet.
     *
     * @param cacheBytes about how much memory embeddings that are kept may take: half of it in single labels, half in
     *     lists
     */
    public LabelEncoder(TextEncoder encoder, long cacheBytes, MeterRegistry registry) {
        this.labels = new LabelCache(encoder, cacheBytes / 2, registry);
        this.lists =
                new SharedCache<>("label-lists", cacheBytes / 2, (key, embeddings) -> weight(embeddings), registry);
    }

    private static int weight(LabelEmbeddings embeddings) {
        // The labels twice: in the key, too.
        return (int) Math.min(Integer.MAX_VALUE, embeddings.bytes() + embeddings.labelBytes());
    }

    /**
     * Encodes labels with the templates, in the labels' order.
     *
     * @throws dev.clipserve.text.ReservedTokenException if a prompt spells out a control token
     * @throws java.util.concurrent.CompletionException with a {@link java.util.concurrent.TimeoutException} when the
     *     deadline passes first
     */
    public LabelEmbeddings encode(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        var key = new Key(templates.digest(), List.copyOf(labels));
        return lists.get(
                key, deadline, () -> new LabelEmbeddings(this.labels.encode(key.labels(), templates, deadline)));
    }

    /** Encodes labels as {@link #encode} does, but neither remembers them nor takes them from memory. */
    public LabelEmbeddings encodeAnew(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        return new LabelEmbeddings(this.labels.encodeAnew(labels, templates, deadline));
    }

    /** Forgets every label and every list, also those that are encoded now. */
    public void forgetAll() {
        labels.forgetAll();
        lists.clear();
    }

    /**
     * Encodes texts as they are, in their order; the same text may be there more than once.
     *
     * @throws dev.clipserve.text.ReservedTokenException if a text spells out a control token
     * @throws java.util.concurrent.CompletionException with a {@link java.util.concurrent.TimeoutException} when the
     *     deadline passes first
     */
    public List<EncodedLabel> encodeEach(List<String> texts, Deadline deadline) {
        return labels.encode(texts, TemplateEnsemble.BARE, deadline);
    }
}
