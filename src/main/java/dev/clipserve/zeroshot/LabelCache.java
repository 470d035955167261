package dev.clipserve.zeroshot;

import dev.clipserve.batching.Deadline;
import dev.clipserve.cache.SharedCache;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.TextEncoder;
import dev.clipserve.text.TokenIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Gatherers;

/**
 * Embeddings of single labels, in a bounded cache: each label is encoded once, and when several callers miss it at the
 * same time, by the first for all of them.
 */
final class LabelCache {

    /** What an entry costs beside its embedding and its label: the objects around them, on a 64-bit JVM, rounded up. */
    private static final int ENTRY_OVERHEAD = 400;

    /** A label and the {@linkplain TemplateEnsemble#digest templates} that it is put into. */
    private record Key(String templates, String label) {}

    /** A label that a caller asks for, and what it will get: from the cache where it is known, else by a promise. */
    private static final class Wanted {

        private final Key key;
        private CompletableFuture<EncodedLabel> result = new CompletableFuture<>();

        Wanted(Key key) {
            this.key = key;
        }
    }

    /** A label that this caller encodes, and for all who ask for it meanwhile. */
    private record Promise(String label, List<TokenIds> prompts, CompletableFuture<EncodedLabel> result) {}

    private final TextEncoder encoder;
    private final SharedCache<Key, EncodedLabel> cache;
    private final Timer encoding;

    /**
     * An empty cache.
     *
     * @param maxBytes about how much memory the embeddings may take
     */
    LabelCache(TextEncoder encoder, long maxBytes, MeterRegistry registry) {
        this.encoder = encoder;
        this.cache = new SharedCache<>("labels", maxBytes, (key, label) -> weight(label), registry);
        this.encoding = Timer.builder("clipserve.text.encode")
                .description("Time to encode the texts of a request that were not known yet, the queue included")
                .register(registry);
    }

    private static int weight(EncodedLabel label) {
        return ENTRY_OVERHEAD
                + Float.BYTES * label.embedding().dimension()
                + Character.BYTES * label.label().length();
    }

    /**
     * Encodes the labels that are not there yet; all of them, in their order.
     *
     * @throws dev.clipserve.text.ReservedTokenException if a prompt spells out a control token
     */
    List<EncodedLabel> encode(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        return SharedCache.withoutOthersFaults(deadline, () -> encodeOnce(labels, templates, deadline));
    }

    /** Encodes labels without looking for them or keeping them, in their order. */
    List<EncodedLabel> encodeAnew(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        List<EncodedLabel> encoded = new ArrayList<>();
        for (String label : labels) {
            List<TokenIds> prompts = encoder.tokenize(templates.prompts(label));
            encoded.add(EncodedLabel.of(
                    label, prompts, encoder.encode(prompts, deadline).join()));
        }
        return encoded;
    }

    /** Forgets every label, also those that are encoded now. */
    void forgetAll() {
        cache.clear();
    }

    private List<EncodedLabel> encodeOnce(List<String> labels, TemplateEnsemble templates, Deadline deadline) {
        String digest = templates.digest();
        List<Wanted> wanted =
                labels.stream().map(label -> new Wanted(new Key(digest, label))).toList();
        List<Wanted> missing = wanted.stream().filter(label -> !isKnown(label)).toList();
        if (!missing.isEmpty()) {
            // Before anything is promised: a label that is refused fails its own request, not others that wait for its
            // neighbours.
            fulfil(missing, tokenize(missing, templates, deadline), deadline);
        }
        return wanted.stream()
                .map(label -> SharedCache.await(label.result, deadline))
                .toList();
    }

    private boolean isKnown(Wanted label) {
        CompletableFuture<EncodedLabel> known = cache.find(label.key);
        if (known != null) {
            label.result = known;
        }
        return known != null;
    }

    /** The tokens of all prompts, equally many for each label. */
    private List<TokenIds> tokenize(List<Wanted> labels, TemplateEnsemble templates, Deadline deadline) {
        return labels.stream()
                .flatMap(label -> templates.prompts(label.key.label()).stream())
                .gather(Gatherers.windowFixed(TextEncoder.TOKENIZED_AT_ONCE))
                .flatMap(prompts -> tokenize(prompts, deadline).stream())
                .toList();
    }

    /** Long texts take long: for a caller who does not wait any more no more of them are tokenized. */
    private List<TokenIds> tokenize(List<String> prompts, Deadline deadline) {
        if (deadline.hasPassed()) {
            throw new CompletionException(new TimeoutException("The deadline passed before all texts were tokenized"));
        }
        return encoder.tokenize(prompts);
    }

    /** Keeps every promise before anything of others is waited for, so that no two callers wait for each other. */
    private void fulfil(List<Wanted> labels, List<TokenIds> tokens, Deadline deadline) {
        List<Promise> promises = new ArrayList<>(labels.size());
        try {
            promise(labels, tokens, promises);
            if (!promises.isEmpty()) {
                keep(promises, deadline);
            }
        } catch (Throwable e) {
            promises.forEach(promise -> promise.result().completeExceptionally(e));
            throw e;
        }
    }

    /**
     * Promises the labels that nobody promised meanwhile; the others' promises are taken as they are. What is claimed
     * is in the list at once, and needs no memory for that: nobody would keep it otherwise.
     */
    private void promise(List<Wanted> labels, List<TokenIds> tokens, List<Promise> promises) {
        int prompts = tokens.size() / labels.size();
        for (int i = 0; i < labels.size(); i++) {
            Wanted label = labels.get(i);
            List<TokenIds> own = tokens.subList(i * prompts, (i + 1) * prompts);
            var promise = new Promise(label.key.label(), own, label.result);
            CompletableFuture<EncodedLabel> other = cache.claim(label.key, label.result);
            if (other == null) {
                promises.add(promise);
            } else {
                label.result = other;
            }
        }
    }

    private void keep(List<Promise> promises, Deadline deadline) {
        List<TokenIds> prompts =
                promises.stream().flatMap(promise -> promise.prompts().stream()).toList();
        List<Embedding> embeddings = Objects.requireNonNull(
                encoding.record(() -> encoder.encode(prompts, deadline).join()));
        int at = 0;
        for (Promise promise : promises) {
            int end = at + promise.prompts().size();
            promise.result().complete(EncodedLabel.of(promise.label(), promise.prompts(), embeddings.subList(at, end)));
            at = end;
        }
    }
}
