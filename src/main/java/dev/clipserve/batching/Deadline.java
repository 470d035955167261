package dev.clipserve.batching;

import java.time.Duration;

/**
 * The moment after which a caller has no use for an answer any more; work that still waits then is dropped.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
public record Deadline(long nanos) {

    /** So much time from now. */
    public static Deadline after(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** The time that is left; negative when it is over. */
    public Duration remaining() {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    /** Whether the time is over. */
    public boolean hasPassed() {
        return remaining().isNegative();
    }
}
