package dev.clipserve.image;

import dev.clipserve.image.InvalidImageException.Reason;
import java.time.Duration;

/** The moment by which one decode must be done; decoders check it every few kilobytes or rows. */
final class TimeLimit {

    private final Duration limit;
    private final long start = System.nanoTime();

    TimeLimit(Duration limit) {
        this.limit = limit;
    }

    boolean hasPassed() {
        return System.nanoTime() - start > limit.toNanos();
    }

    void check() {
        if (hasPassed()) {
            throw exceeded();
        }
    }

    InvalidImageException exceeded() {
        return new InvalidImageException(
                Reason.TOO_SLOW,
                "The image takes too long to decode: the limit is " + limit.toMillis()
                        + " ms. Send it smaller, or saved again as a plain JPEG or PNG.");
    }
}
