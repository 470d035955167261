package dev.clipserve.batching;

import java.time.Duration;

/** There is more work waiting than is taken on; the caller may come back later. */
public final class QueueFullException extends RuntimeException {

    private final Duration retryAfter;

    QueueFullException(String queue, int waiting, Duration retryAfter) {
        super("The " + queue + " queue is full: " + waiting + " items are waiting");
        this.retryAfter = retryAfter;
    }

    /** When the queue will have room again, by the speed at which it drained lately; at least a second. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
