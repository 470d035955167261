package dev.clipserve.batching;

import java.time.Duration;

/** There is more work waiting than is taken on, or than can be done in time; the caller may come back later. */
public final class QueueFullException extends RuntimeException {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Duration retryAfter;

    private QueueFullException(String message, Duration retryAfter) {
        // Thrown at the worst of times, and always from the same few places: without a stack it costs next to nothing.
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** There is no place left for the caller. */
    static QueueFullException noPlace(String queue, int waiting, Duration untilDrained) {
        return new QueueFullException(
                "The " + queue + " queue is full: " + waiting + " items are waiting", untilDrained);
    }

    /**
     * The answer might come too late.
     *
     * @param margin how many times the wait has to fit into the time that there is
     */
    static QueueFullException tooLate(String queue, Duration wait, Duration patience, int margin) {
        return new QueueFullException(
                "The " + queue + " queue is too long: an item waits for about " + wait.toMillis()
                        + " ms, which is more than 1/" + margin + " of the " + patience.toMillis()
                        + " ms that there are",
                wait.minus(patience.dividedBy(margin)));
    }

    /**
     * When to come back, by the speed at which the queue drained lately: when it will be empty, or short enough to be
     * in time; between a second and a minute.
     */
    public Duration retryAfter() {
        if (retryAfter.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return retryAfter.compareTo(LONGEST) > 0 ? LONGEST : retryAfter;
    }
}
