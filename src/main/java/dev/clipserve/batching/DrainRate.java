package dev.clipserve.batching;

import java.time.Duration;

/**
 * How fast a queue drains: an exponentially weighted mean of the time between finished items. Guarded by its queue's
 * lock.
 */
final class DrainRate {

    /** The weight of the newest batch: about the last ten count. */
    private static final double WEIGHT = 0.1;

    private final int workers;
    private double nanosPerItem;

    DrainRate(int workers) {
        this.workers = workers;
    }

    void finished(int items, long nanos) {
        double latest = (double) nanos / items / workers;
        nanosPerItem = nanosPerItem == 0 ? latest : (1 - WEIGHT) * nanosPerItem + WEIGHT * latest;
    }

    /** About how long so many items take to drain; zero while nothing is known. */
    Duration timeFor(long items) {
        return Duration.ofNanos((long) (nanosPerItem * items));
    }
}
