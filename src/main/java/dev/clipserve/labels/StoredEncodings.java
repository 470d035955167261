package dev.clipserve.labels;

import dev.clipserve.labels.EmbeddingsFile.DamagedException;
import dev.clipserve.zeroshot.EncodedLabel;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodings as a store has them. A store that cannot be asked is as one that has none: what is missing can be encoded
 * again.
 */
final class StoredEncodings {

    private static final Logger log = LoggerFactory.getLogger(StoredEncodings.class);

    private final LabelSetStore store;

    StoredEncodings(LabelSetStore store) {
        this.store = store;
    }

    /** What the store has; nothing where it has none, cannot be asked, or has something else. */
    Optional<List<EncodedLabel>> load(String key, ResolvedSet set) {
        try {
            Optional<byte[]> content = store.findEmbeddings(key);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            List<String> labels =
                    IntStream.range(0, set.size()).mapToObj(set::label).toList();
            return Optional.of(EmbeddingsFile.read(key, labels, content.get()));
        } catch (DamagedException e) {
            log.warn("Stored embeddings {} are damaged and are encoded anew: {}", key, e.getMessage());
        } catch (LabelSetException e) {
            log.warn("Stored embeddings {} cannot be read and are encoded anew: {}", key, e.getMessage());
        }
        return Optional.empty();
    }

    /** Puts what an attempt has made into the store, unless nobody needs it any more. */
    void keep(String key, List<EncodedLabel> encoded, EncodingAttempt attempt) {
        try {
            store.putEmbeddings(key, EmbeddingsFile.write(key, encoded));
            if (attempt.isDiscarded()) {
                store.removeEmbeddings(key);
            }
        } catch (LabelSetException e) {
            log.warn("Embeddings {} cannot be stored and will be encoded again: {}", key, e.getMessage());
        }
    }

    /** Whether the store has it; no where it cannot be asked. */
    boolean has(String key) {
        try {
            return store.hasEmbeddings(key);
        } catch (LabelSetException e) {
            log.debug("The store cannot be asked", e);
            return false;
        }
    }

    /**
     * Removes what nobody needs any more.
     *
     * @throws LabelSetException if the store cannot be reached or written
     */
    void remove(String key) {
        store.removeEmbeddings(key);
    }
}
