package dev.clipserve.api;

import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.annotation.Primary;

/** A shared store that is never there. */
@Primary
final class UnreachableStore implements LabelSetStore {

    private static LabelSetException unreachable() {
        return LabelSetException.storeUnavailable("cannot be reached", new IOException("nobody listens"));
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Map<String, String> versions() {
        throw unreachable();
    }

    @Override
    public Optional<LabelSet> find(String name) {
        throw unreachable();
    }

    @Override
    public boolean put(LabelSet set, Optional<String> expected) {
        throw unreachable();
    }

    @Override
    public boolean delete(String name, String expected) {
        throw unreachable();
    }

    @Override
    public boolean hasEmbeddings(String key) {
        throw unreachable();
    }

    @Override
    public Optional<byte[]> findEmbeddings(String key) {
        throw unreachable();
    }

    @Override
    public void putEmbeddings(String key, byte[] content) {
        throw unreachable();
    }

    @Override
    public void removeEmbeddings(String key) {
        throw unreachable();
    }

    @Override
    public void retainEmbeddings(Set<String> keys) {
        throw unreachable();
    }
}
