package dev.clipserve.labels;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A store in memory that several processes may share, that counts how often it is used, that can be switched off, and
 * while whose answer something else may happen.
 */
final class SwitchableStore implements LabelSetStore {

    private final LabelSetStore content;
    private final boolean shared;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicReference<Optional<Runnable>> meanwhile = new AtomicReference<>(Optional.empty());
    private volatile boolean off;

    SwitchableStore(LabelSetStore content, boolean shared) {
        this.content = content;
        this.shared = shared;
    }

    void switchOff(boolean off) {
        this.off = off;
    }

    /** What happens, once, between the next look for a definition and its answer. */
    void whenFound(Runnable event) {
        meanwhile.set(Optional.of(event));
    }

    int uses() {
        return uses.get();
    }

    private <T> T use(Supplier<T> work) {
        uses.incrementAndGet();
        if (off) {
            throw LabelSetException.storeUnavailable("cannot be reached", new IOException("switched off"));
        }
        return work.get();
    }

    @Override
    public boolean isShared() {
        return shared;
    }

    @Override
    public Map<String, String> versions() {
        return use(content::versions);
    }

    @Override
    public Optional<LabelSet> find(String name) {
        Optional<LabelSet> found = use(() -> content.find(name));
        meanwhile.getAndSet(Optional.empty()).ifPresent(Runnable::run);
        return found;
    }

    @Override
    public boolean put(LabelSet set, Optional<String> expected) {
        return use(() -> content.put(set, expected));
    }

    @Override
    public boolean delete(String name, String expected) {
        return use(() -> content.delete(name, expected));
    }

    @Override
    public boolean hasEmbeddings(String key) {
        return use(() -> content.hasEmbeddings(key));
    }

    @Override
    public Optional<byte[]> findEmbeddings(String key) {
        return use(() -> content.findEmbeddings(key));
    }

    @Override
    public void putEmbeddings(String key, byte[] bytes) {
        use(() -> {
            content.putEmbeddings(key, bytes);
            return key;
        });
    }

    @Override
    public void removeEmbeddings(String key) {
        use(() -> {
            content.removeEmbeddings(key);
            return key;
        });
    }

    @Override
    public void retainEmbeddings(Set<String> keys) {
        use(() -> {
            content.retainEmbeddings(keys);
            return keys;
        });
    }
}
