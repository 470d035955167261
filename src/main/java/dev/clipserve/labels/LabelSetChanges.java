package dev.clipserve.labels;

import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSetSummary.Source;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of stored sets, one at a time in this process; those of other processes are noticed by their versions. */
final class LabelSetChanges {

    private static final Logger log = LoggerFactory.getLogger(LabelSetChanges.class);

    /** How often a change is tried again that another process came between. */
    private static final int ATTEMPTS = 3;

    private final LabelSetStore store;
    private final Catalog catalog;
    private final Encodings encodings;
    private final int maxSets;
    private final ReentrantLock lock = new ReentrantLock();

    LabelSetChanges(LabelSetStore store, Catalog catalog, Encodings encodings, int maxSets) {
        this.store = store;
        this.catalog = catalog;
        this.encodings = encodings;
        this.maxSets = maxSets;
    }

    /** Takes note of what other processes have changed; what they removed from the store goes from memory, too. */
    void refresh() {
        lock.lock();
        try {
            Set<String> unused = catalog.keysInUse();
            catalog.stored().refresh();
            unused.removeAll(catalog.keysInUse());
            unused.forEach(encodings::forget);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link LabelSets#put}. */
    LabelSets.Outcome put(LabelSet set, Predicate<Optional<String>> condition) {
        refuseGiven(set.name());
        lock.lock();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                Optional<String> current = look(set.name()).map(LabelSet::version);
                require(condition, current, set.name());
                if (current.equals(Optional.of(set.version()))) {
                    return LabelSets.Outcome.UNCHANGED;
                }
                refuseTooMany(current);
                if (store.put(set, current)) {
                    learn(set);
                    return current.isEmpty() ? LabelSets.Outcome.CREATED : LabelSets.Outcome.REPLACED;
                }
            }
        } finally {
            lock.unlock();
        }
        throw contended(set.name());
    }

    /** What is there now, which may be another process's work. */
    private Optional<LabelSet> look(String name) {
        Optional<LabelSet> found = store.find(name);
        found.ifPresent(this::learn);
        return found;
    }

    private void learn(LabelSet set) {
        KnownSet old = catalog.stored().get(set.name());
        if (old == null || !old.version().equals(set.version())) {
            catalog.stored().learn(set);
            discardUnused(old);
        }
    }

    /** See {@link LabelSets#delete}. */
    void delete(String name, Predicate<Optional<String>> condition) {
        refuseGiven(name);
        if (!LabelSet.isName(name)) {
            throw Catalog.unknown(name);
        }
        lock.lock();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                String current =
                        look(name).orElseThrow(() -> Catalog.unknown(name)).version();
                require(condition, Optional.of(current), name);
                if (store.delete(name, current)) {
                    KnownSet old = catalog.stored().get(name);
                    catalog.stored().forget(name);
                    discardUnused(old);
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
        throw contended(name);
    }

    private void refuseGiven(String name) {
        KnownSet given = catalog.given(name);
        if (given != null) {
            throw new LabelSetException(
                    Reason.READ_ONLY,
                    "Label set '" + name + "' "
                            + (given.summary().source() == Source.PRESET
                                    ? "ships with the service"
                                    : "is declared in a file of the service")
                            + " and cannot be changed over HTTP; use another name.");
        }
    }

    private void refuseTooMany(Optional<String> current) {
        if (current.isEmpty() && catalog.stored().all().size() >= maxSets) {
            throw new LabelSetException(
                    Reason.TOO_MANY,
                    "There are " + maxSets + " stored label sets, the most that are allowed; delete one first.");
        }
    }

    private static void require(Predicate<Optional<String>> condition, Optional<String> current, String name) {
        if (!condition.test(current)) {
            throw new LabelSetException(
                    Reason.CHANGED,
                    current.map(version -> "Label set '" + name + "' has version \"" + version + "\".")
                            .orElse("There is no label set '" + name + "'."));
        }
    }

    private static LabelSetException contended(String name) {
        return new LabelSetException(
                Reason.CHANGED, "Label set '" + name + "' is being changed by others at the same time.");
    }

    /** Removes encodings that were a set's and are no other's. */
    private void discardUnused(@Nullable KnownSet old) {
        Set<String> unused = old == null ? Set.of() : new HashSet<>(old.keys());
        if (old != null) {
            unused.removeAll(catalog.keysInUse());
        }
        for (String key : unused) {
            try {
                encodings.discard(key);
            } catch (LabelSetException e) {
                log.warn("Embeddings {} are not needed any more, but stay: {}", key, e.getMessage());
            }
        }
    }
}
