package dev.clipserve.labels;

import dev.clipserve.zeroshot.LabelEmbeddings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for sets before anybody asks for them, in the background: the declared and the stored ones are encoded,
 * one after the other, and others' changes of the store are noticed.
 */
final class LabelSetUpkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LabelSetUpkeep.class);

    private final Catalog catalog;
    private final LabelSetChanges changes;
    private final Function<KnownSet, CompletableFuture<LabelEmbeddings>> encoding;
    private final Duration interval;
    private final List<Thread> threads;

    /**
     * Begins at once.
     *
     * @param encoding the encoding of a set, which it begins if need be
     * @param interval how often a store is asked what others have changed
     */
    LabelSetUpkeep(
            Catalog catalog,
            LabelSetChanges changes,
            Function<KnownSet, CompletableFuture<LabelEmbeddings>> encoding,
            Duration interval) {
        this.catalog = catalog;
        this.changes = changes;
        this.encoding = encoding;
        this.interval = interval;
        // Those of now, however late the thread gets going: what comes later is encoded for whoever brings it.
        List<KnownSet> eager = catalog.eager();
        // Each on a thread of its own: encoding may take hours, and others' changes must not wait for it.
        this.threads = List.of(
                Thread.ofVirtual().name("label-sets-start").start(() -> encodeAll(eager)),
                Thread.ofVirtual().name("label-sets-refresh").start(this::keepUp));
    }

    /** Encodes one after the other, until it is interrupted. */
    private void encodeAll(List<KnownSet> sets) {
        try {
            for (KnownSet set : sets) {
                encoding.apply(set)
                        .handle((embeddings, failure) -> failure == null)
                        .get();
            }
        } catch (InterruptedException e) {
            log.debug("Stopped", e);
        } catch (ExecutionException e) {
            throw new AssertionError("failures were taken out", e);
        }
    }

    /** Keeps up with a store that others change or that could not be read yet, until it is interrupted. */
    private void keepUp() {
        try {
            while (catalog.stored().isBehind()) {
                Thread.sleep(interval);
                refresh();
            }
        } catch (InterruptedException e) {
            log.debug("Stopped", e);
        }
    }

    private void refresh() {
        try {
            changes.refresh();
        } catch (RuntimeException e) {
            log.error("Cannot keep up with the store of label sets; trying again", e);
        }
    }

    /** Ends both; an encoding that has begun goes on, since others may wait for it. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
