package dev.clipserve.batching;

import java.time.Duration;

/**
 * The moment after which a caller has no use for an answer any more; work that still waits then is dropped.
 *
 * @param nanos on the clock of {@link System#nanoTime}, which does not jump when the machine's time is set
 * @param caller whose work it is: callers take turns, and share what there is of places; empty for the service itself
 */
public record Deadline(long nanos, String caller) {

    /** So much time from now, for the service's own work. */
    public static Deadline after(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos(), "");
    }

    /** The same moment, for a caller's work. */
    public Deadline of(String whose) {
        return new Deadline(nanos, whose);
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
