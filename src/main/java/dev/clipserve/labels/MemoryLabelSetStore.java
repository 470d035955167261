package dev.clipserve.labels;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A store that forgets everything when the process ends. */
public final class MemoryLabelSetStore implements LabelSetStore {

    private final Map<String, LabelSet> sets = new ConcurrentHashMap<>();
    private final Map<String, byte[]> embeddings = new ConcurrentHashMap<>();

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Map<String, String> versions() {
        return sets.values().stream().collect(Collectors.toMap(LabelSet::name, LabelSet::version));
    }

    @Override
    public Optional<LabelSet> find(String name) {
        return Optional.ofNullable(sets.get(name));
    }

    @Override
    public synchronized boolean put(LabelSet set, Optional<String> expected) {
        if (!find(set.name()).map(LabelSet::version).equals(expected)) {
            return false;
        }
        sets.put(set.name(), set);
        return true;
    }

    @Override
    public synchronized boolean delete(String name, String expected) {
        LabelSet set = sets.get(name);
        return set != null && set.version().equals(expected) && sets.remove(name, set);
    }

    @Override
    public boolean hasEmbeddings(String key) {
        return embeddings.containsKey(key);
    }

    @Override
    public Optional<byte[]> findEmbeddings(String key) {
        return Optional.ofNullable(embeddings.get(key)).map(byte[]::clone);
    }

    @Override
    public void putEmbeddings(String key, byte[] content) {
        embeddings.put(key, content.clone());
    }

    @Override
    public void removeEmbeddings(String key) {
        embeddings.remove(key);
    }

    @Override
    public void retainEmbeddings(Set<String> keys) {
        embeddings.keySet().retainAll(keys);
    }
}
