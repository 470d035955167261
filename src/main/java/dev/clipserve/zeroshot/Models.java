package dev.clipserve.zeroshot;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The loaded models by their names; one of them answers who names none. Owns them until {@link #close}. */
public final class Models implements AutoCloseable {

    private final SequencedMap<String, ZeroShotModel> models = new LinkedHashMap<>();
    private final ZeroShotModel main;

    /**
     * Takes over loaded models.
     *
     * @param main the name of the one that answers who names none
     * @throws IllegalArgumentException if two models have one name, or none has the main one's
     */
    public Models(List<ZeroShotModel> loaded, String main) {
        for (ZeroShotModel model : loaded) {
            if (models.putIfAbsent(model.name(), model) != null) {
                throw new IllegalArgumentException("Two models are called '" + model.name() + "'");
            }
        }
        this.main = find(main)
                .orElseThrow(
                        () -> new IllegalArgumentException("No model is called '" + main + "'; there is " + names()));
    }

    /** The model that answers who names none. */
    public ZeroShotModel main() {
        return main;
    }

    /** The model of this name. */
    public Optional<ZeroShotModel> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /** Every model, in the order of the configuration. */
    public Collection<ZeroShotModel> all() {
        return Collections.unmodifiableCollection(models.values());
    }

    /** The names of the models, in the same order. */
    public List<String> names() {
        return List.copyOf(models.sequencedKeySet());
    }

    /** Closes every model, also when one of them fails to. */
    @Override
    public void close() {
        closeAll(models.values());
    }

    /** Closes these models, also when one of them fails to. */
    public static void closeAll(Collection<ZeroShotModel> models) {
        closeAll(new ArrayDeque<>(models));
    }

    private static void closeAll(Deque<ZeroShotModel> open) {
        if (!open.isEmpty()) {
            try (var _ = open.pop().clip()) {
                closeAll(open);
            }
        }
    }
}
