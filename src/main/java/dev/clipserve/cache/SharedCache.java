package dev.clipserve.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache that is bounded by its entries' bytes, and in which callers who miss the same key at the same time share one
 * computation. Failures are never kept. Tells of itself in Micrometer's {@code cache.*} and
 * {@code clipserve.cache.size}.
 *
 * <p>Values are computed on their first caller's thread, outside of any lock: who asks for another key does not wait.
 */
public final class SharedCache<K, V> {

    private final AsyncCache<K, V> cache;

    /**
     * An empty cache.
     *
     * @param name what the meters' tag {@code cache} says
     * @param maxBytes about how much memory the entries may take; 0 to keep none, and only share
     * @param weigher bytes of an entry
     */
    public SharedCache(String name, long maxBytes, Weigher<K, V> weigher, MeterRegistry registry) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(weigher)
                .executor(Runnable::run)
                .recordStats()
                .buildAsync();
        CaffeineCacheMetrics.monitor(registry, cache, name);
        Gauge.builder("clipserve.cache.size", this::bytes)
                .description("Memory of what is kept")
                .baseUnit("bytes")
                .tag("cache", name)
                .register(registry);
    }

    private long bytes() {
        return cache.synchronous()
                .policy()
                .eviction()
                .orElseThrow()
                .weightedSize()
                .orElseThrow();
    }

    /**
     * The value of a key: kept, awaited from another caller, or computed now.
     *
     * @throws CompletionException with a {@link TimeoutException} when the deadline passes while another computes
     */
    public V get(K key, Deadline deadline, Supplier<V> computation) {
        return withoutOthersFaults(deadline, () -> {
            CompletableFuture<V> known = find(key);
            if (known == null) {
                var mine = new CompletableFuture<V>();
                known = claim(key, mine);
                if (known == null) {
                    return compute(computation, mine);
                }
            }
            return await(known, deadline);
        });
    }

    private static <V> V compute(Supplier<V> computation, CompletableFuture<V> result) {
        try {
            V value = computation.get();
            result.complete(value);
            return value;
        } catch (Throwable e) {
            result.completeExceptionally(e);
            throw e;
        }
    }

    /** What is kept or being computed; null where nobody has asked for the key yet. Counts as a hit or a miss. */
    public @Nullable CompletableFuture<V> find(K key) {
        return cache.getIfPresent(key);
    }

    /** Promises the value of a key, which the caller has to compute; or another's promise, where there is one. */
    public @Nullable CompletableFuture<V> claim(K key, CompletableFuture<V> mine) {
        return cache.asMap().putIfAbsent(key, mine);
    }

    /** Drops what is kept of a key. Who waits for its computation still gets the value. */
    public void forget(K key) {
        cache.synchronous().invalidate(key);
    }

    /** Drops everything. Who waits for a computation still gets its value; it is not kept. */
    public void clear() {
        cache.synchronous().invalidateAll();
    }

    /**
     * Waits, within {@link #withoutOthersFaults}, for what another caller computes; its failures come out as they were
     * thrown there.
     *
     * @throws CompletionException with a {@link TimeoutException} when the deadline, or the other's own, passes first
     */
    public static <V> V await(CompletableFuture<V> shared, Deadline deadline) {
        try {
            // The deadline is put on a copy: others may wait longer for the shared one.
            return shared.isDone()
                    ? shared.join()
                    : shared.copy()
                            .orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)
                            .join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case QueueFullException refusal -> new OthersRefusal(refusal);
                case RuntimeException failure -> failure;
                case null, default -> e;
            };
        }
    }

    /**
     * Tries again when it was another caller's time that was over, or another who had no place in a queue, and not we:
     * what {@link #await} waited for within the attempt.
     */
    public static <T> T withoutOthersFaults(Deadline deadline, Supplier<T> attempt) {
        while (true) {
            try {
                return attempt.get();
            } catch (OthersRefusal e) {
                if (deadline.hasPassed()) {
                    throw e.refusal;
                }
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof TimeoutException) || deadline.hasPassed()) {
                    throw e;
                }
            }
        }
    }

    /** Another caller was refused who computed what we waited for: so many places it had taken, or so little time. */
    private static final class OthersRefusal extends RuntimeException {

        private final QueueFullException refusal;

        OthersRefusal(QueueFullException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }
}
