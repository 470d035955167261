package dev.clipserve.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * The way to a server that may be away. Once it did not answer, everybody is told so at once, except for one caller a
 * {@link #REST} who tries whether it is back: callers that come one after the other do not add up their timeouts. Safe
 * for concurrent use.
 */
final class CircuitBreaker {

    private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);

    /** How long nobody tries after a failure. */
    static final Duration REST = Duration.ofSeconds(1);

    /** That the server did not answer, and when. */
    private record Failure(DataAccessException cause, long at) {}

    private final LongSupplier nanos;
    private final AtomicBoolean trying = new AtomicBoolean();
    private volatile @Nullable Failure failure;

    /**
     * One that takes the server to be there.
     *
     * @param nanos what {@link System#nanoTime} is
     */
    CircuitBreaker(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Does something with the server.
     *
     * @throws DataAccessException what the work throws; or the last failure, while the server is taken to be away
     */
    <T extends @Nullable Object> T run(Supplier<T> work) {
        Failure last = failure;
        if (last == null) {
            return attempt(work);
        }
        if (nanos.getAsLong() - last.at < REST.toNanos() || !trying.compareAndSet(false, true)) {
            throw last.cause;
        }
        try {
            return attempt(work);
        } finally {
            trying.set(false);
        }
    }

    private <T extends @Nullable Object> T attempt(Supplier<T> work) {
        try {
            T result = work.get();
            close();
            return result;
        } catch (DataAccessException e) {
            if (RedisFault.isAway(e)) {
                open(e);
            } else if (RedisFault.isAnswer(e)) {
                close();
            }
            throw e;
        }
    }

    private void open(DataAccessException cause) {
        if (failure == null) {
            log.warn("Redis cannot be reached: {}", RedisFault.details(cause));
        }
        failure = new Failure(cause, nanos.getAsLong());
    }

    private void close() {
        if (failure != null) {
            log.info("Redis answers again");
            failure = null;
        }
    }
}
