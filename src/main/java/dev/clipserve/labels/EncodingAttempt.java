package dev.clipserve.labels;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An encoding that somebody asked for, until it is there; or why it is not. Written by its thread, read by all. */
final class EncodingAttempt {

    /** How long a failure is told before anyone's asking starts the encoding anew. */
    static final Duration FAILURE_KEPT = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private volatile @Nullable Thread thread;
    private volatile @Nullable EncodingJob job;
    private volatile boolean discarded;
    private volatile @Nullable String error;
    private volatile long failedAt;

    /**
     * One that has not begun.
     *
     * @param nanos what {@link System#nanoTime} is
     */
    EncodingAttempt(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Tells which thread works on it.
     *
     * @throws InterruptedException if nobody needs it any more
     */
    void begin() throws InterruptedException {
        // In this order, and the opposite one in discard: either of them sees the other.
        thread = Thread.currentThread();
        if (discarded) {
            throw new InterruptedException("nobody needs the encoding any more");
        }
    }

    /** Tells whose progress is its own. */
    void follow(EncodingJob running) {
        job = running;
    }

    void fail(String message) {
        failedAt = nanos.getAsLong();
        error = message;
        // The failure may be told for long; the job holds all the set's texts.
        job = null;
    }

    /** Why it failed a moment ago; null if it did not. */
    @Nullable
    String recentError() {
        return error != null && nanos.getAsLong() - failedAt < FAILURE_KEPT.toNanos() ? error : null;
    }

    /** Nobody needs it any more. */
    void discard() {
        discarded = true;
        Thread working = thread;
        if (working != null) {
            working.interrupt();
        }
    }

    boolean isDiscarded() {
        return discarded;
    }

    EncodingProgress progress(int total) {
        String failure = error;
        if (failure != null) {
            return EncodingProgress.failed(total, failure);
        }
        EncodingJob running = job;
        return EncodingProgress.encoding(running == null ? 0 : running.done(), total);
    }
}
