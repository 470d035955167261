package dev.clipserve.hub;

import dev.clipserve.clip.Precision;
import java.nio.file.Path;

/**
 * A model that is in the cache.
 *
 * @param name what its bundle calls it
 * @param repository {@code OWNER/NAME} at the hub
 * @param commit 40 hexadecimal digits
 * @param precision of its graphs
 * @param licence as its bundle says it; empty where it does not
 * @param bytes of all its files
 * @param folder its bundle
 */
public record PulledModel(
        String name, String repository, String commit, Precision precision, String licence, long bytes, Path folder) {

    /** Its name on the hub, to the commit. */
    public HubName hubName() {
        return new HubName(repository, commit);
    }
}
