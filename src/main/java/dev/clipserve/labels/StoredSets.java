package dev.clipserve.labels;

import dev.clipserve.labels.LabelSetSummary.Source;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the sets in a store, so that a classification need not ask it. A store that others change is asked
 * from time to time; while it cannot be reached, what is known stays. Safe for concurrent use.
 */
final class StoredSets {

    private static final Logger log = LoggerFactory.getLogger(StoredSets.class);

    private final LabelSetStore store;
    private final List<TextModel> models;
    private final Map<String, KnownSet> known = new ConcurrentHashMap<>();

    /** Versions that cannot be used and of which the log has told, so that it does not do so at each refresh. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    private volatile boolean reachable = true;

    StoredSets(LabelSetStore store, List<TextModel> models) {
        this.store = store;
        this.models = models;
    }

    /** What is known of every set. */
    Collection<KnownSet> all() {
        return Collections.unmodifiableCollection(known.values());
    }

    /** What is known of a set, without asking the store. */
    @Nullable
    KnownSet get(String name) {
        return known.get(name);
    }

    /** Whether there may be sets in the store that are not known. */
    boolean isBehind() {
        return store.isShared() || !reachable;
    }

    /** Asks the store for a set that is not known: another process may have made it just now. */
    @Nullable
    KnownSet look(String name) {
        if (isBehind()) {
            reload(name);
        }
        return known.get(name);
    }

    /** Takes note of what the store has under a name now, unless something newer was noted while it was asked. */
    void reload(String name) {
        KnownSet before = known.get(name);
        KnownSet found = store.find(name).flatMap(this::usable).orElse(null);
        known.compute(name, (_, now) -> Objects.equals(now, before) ? found : now);
    }

    /** Takes note of a definition that is in the store. */
    void learn(LabelSet set) {
        KnownSet learned = usable(set).orElse(null);
        known.compute(set.name(), (_, _) -> learned);
    }

    private Optional<KnownSet> usable(LabelSet set) {
        try {
            return Optional.of(KnownSet.of(set, Source.STORED, models));
        } catch (InvalidTemplatesException e) {
            if (!set.version().equals(told.put(set.name(), set.version()))) {
                log.error("Stored label set {} cannot be used: {}", set.name(), DefinitionFault.of(e));
            }
            return Optional.empty();
        }
    }

    void forget(String name) {
        known.remove(name);
    }

    /** Takes note of all that has changed in the store; tells whether it could be asked. */
    boolean refresh() {
        try {
            Map<String, String> versions = store.versions();
            known.keySet().retainAll(versions.keySet());
            versions.forEach((name, version) -> {
                KnownSet set = known.get(name);
                if (set == null || !set.version().equals(version)) {
                    reload(name);
                }
            });
            if (!reachable) {
                log.info("The store of label sets answers again");
            }
            reachable = true;
        } catch (LabelSetException e) {
            if (reachable) {
                log.warn("{}; known label sets stay as they are", e.getMessage());
            }
            reachable = false;
        }
        return reachable;
    }
}
