package dev.clipserve.batching;

import java.time.Duration;

/**
 * How fast a queue drains: an exponentially weighted mean of the time between finished items. Guarded by its batcher's
 * lock.
 */
final class DrainRate {

    /** The weight of the newest batch: about the last ten count. */
    private static final double WEIGHT = 0.1;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final int workers;
    private double nanosPerItem;

    DrainRate(int workers) {
        this.workers = workers;
    }

    void finished(int items, long nanos) {
        double latest = (double) nanos / items / workers;
        nanosPerItem = nanosPerItem == 0 ? latest : (1 - WEIGHT) * nanosPerItem + WEIGHT * latest;
    }

    /** How long so many items take to drain, between a second and a minute. */
    Duration timeFor(int items) {
        Duration estimate = Duration.ofNanos((long) (nanosPerItem * items));
        if (estimate.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return estimate.compareTo(LONGEST) > 0 ? LONGEST : estimate;
    }
}
