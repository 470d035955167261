package dev.clipserve.access;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that there are at one moment. */
final class AccessKeys {

    private final List<AccessKey> keys;

    /**
     * These keys.
     *
     * @throws InvalidKeysException if two of them have the same name, or are the same
     */
    AccessKeys(List<AccessKey> keys) {
        this.keys = List.copyOf(keys);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            AccessKey key = keys.get(i);
            if (!names.add(key.name())) {
                throw new InvalidKeysException("the name '" + key.name() + "' is there twice; each key needs its own");
            }
            for (AccessKey other : keys.subList(0, i)) {
                if (other.hash().matches(key.hash())) {
                    throw new InvalidKeysException(
                            "'" + other.name() + "' and '" + key.name() + "' have the same SHA-256");
                }
            }
        }
    }

    /** The key that a caller shows. Looks at all of them, so that the time does not tell which one comes near. */
    Optional<AccessKey> find(String shown) {
        KeyHash hash = KeyHash.of(shown);
        @Nullable AccessKey found = null;
        for (AccessKey key : keys) {
            found = key.hash().matches(hash) ? key : found;
        }
        return Optional.ofNullable(found);
    }

    int size() {
        return keys.size();
    }
}
