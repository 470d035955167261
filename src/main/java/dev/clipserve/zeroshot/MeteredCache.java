package dev.clipserve.zeroshot;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;

/**
 * Makes caches that are bounded by their entries' bytes, and that tell of themselves in Micrometer's {@code cache.*}.
 */
final class MeteredCache {

    private MeteredCache() {}

    /**
     * An empty cache.
     *
     * @param name what the meters' tag {@code cache} says
     * @param weigher bytes of an entry
     */
    static <K, V> AsyncCache<K, V> create(String name, long maxBytes, Weigher<K, V> weigher, MeterRegistry registry) {
        AsyncCache<K, V> cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(weigher)
                .executor(Runnable::run)
                .recordStats()
                .buildAsync();
        CaffeineCacheMetrics.monitor(registry, cache, name);
        Gauge.builder("clipserve.cache.size", () -> bytes(cache))
                .description("Memory of what is kept")
                .baseUnit("bytes")
                .tag("cache", name)
                .register(registry);
        return cache;
    }

    private static long bytes(AsyncCache<?, ?> cache) {
        return cache.synchronous()
                .policy()
                .eviction()
                .orElseThrow()
                .weightedSize()
                .orElseThrow();
    }
}
