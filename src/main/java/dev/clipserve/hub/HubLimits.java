package dev.clipserve.hub;

import java.time.Duration;

/**
 * How much a hub may send, and how long it may take: it may be broken, or somebody else's.
 *
 * @param metadata bytes of the list of a repository's files, or of its {@code bundle.json}
 * @param files how many files a model may have
 * @param total bytes of all of them
 * @param attempts tries in a row that bring nothing, or of a file less than 1 MiB
 * @param parallel files that are fetched at the same time
 * @param connect how long a connection may take
 * @param silence how long the hub may send nothing
 * @param patience the longest that is waited between two attempts, whatever the hub asks for
 */
public record HubLimits(
        int metadata,
        int files,
        long total,
        int attempts,
        int parallel,
        Duration connect,
        Duration silence,
        Duration patience) {

    /** What a model and a hub need that mean well. */
    public static final HubLimits USUAL = new HubLimits(
            16 << 20, 100, 64L << 30, 6, 4, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(5));

    /** The same, for what is not worth waiting for. */
    HubLimits hurried() {
        return new HubLimits(metadata, files, total, Math.min(2, attempts), parallel, connect, silence, patience);
    }
}
