package dev.clipserve.labels;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where definitions and encodings are kept for longer than a process lives. Definitions go by name and are replaced
 * only by who knows what is there; encodings go by {@linkplain ResolvedSet#key key}, are bytes of a format that says
 * itself whether it is damaged, and can be lost at any time. Safe for concurrent use.
 *
 * <p>Each method throws a {@link LabelSetException} with {@link LabelSetException.Reason#STORE_UNAVAILABLE} when the
 * store cannot be reached, read or written, and works again as soon as it can.
 */
public interface LabelSetStore {

    /** Whether other processes change it, so that it has to be asked from time to time. */
    boolean isShared();

    /** The version of each definition, by its name. */
    Map<String, String> versions();

    /** A definition; empty if there is none. */
    Optional<LabelSet> find(String name);

    /**
     * Keeps a definition, in one step that no other writer comes between.
     *
     * @param expected the version that is to be replaced; empty where there is to be none
     * @return false, and nothing is changed, if there is another version than expected
     */
    boolean put(LabelSet set, Optional<String> expected);

    /**
     * Removes a definition, in one step that no other writer comes between.
     *
     * @return false, and nothing is changed, if there is another version than expected, or none
     */
    boolean delete(String name, String expected);

    /** Whether there is an encoding of this key. */
    boolean hasEmbeddings(String key);

    /** An encoding; empty if there is none. */
    Optional<byte[]> findEmbeddings(String key);

    /** Keeps an encoding; one of the same key that is there already is as good. */
    void putEmbeddings(String key, byte[] content);

    /** Removes an encoding, if it is there. */
    void removeEmbeddings(String key);

    /** Removes the encodings of all other keys, and what writers that died have left. Not called on shared stores. */
    void retainEmbeddings(Set<String> keys);
}
