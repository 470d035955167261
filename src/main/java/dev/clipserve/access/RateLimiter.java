package dev.clipserve.access;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;

/**
 * A bucket of requests for each caller. Those of callers who have been away until theirs was full are forgotten, and so
 * are the oldest where there are too many: memory stays bounded, whatever addresses requests come from.
 */
final class RateLimiter {

    private static final int MAX_CALLERS = 100_000;

    private final Limits limits;
    private final LoadingCache<String, Bucket> buckets;

    /** Buckets of these limits, which have a rate. */
    RateLimiter(Limits limits) {
        this.limits = limits;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_CALLERS)
                .expireAfterAccess(limits.refill().plus(limits.period()))
                .build(_ -> bucket());
    }

    /**
     * What a caller has left, after this request.
     *
     * @param remaining requests that may come at once
     * @param reset until the bucket is full
     * @param pause until the next request is taken; empty where this one is
     */
    record Balance(long remaining, Duration reset, Optional<Duration> pause) {}

    Balance take(String caller) {
        ConsumptionProbe probe = buckets.get(caller).tryConsumeAndReturnRemaining(1);
        return new Balance(
                probe.getRemainingTokens(),
                Duration.ofNanos(probe.getNanosToWaitForReset()),
                probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill())));
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(limits.burst()).refillGreedy(limits.requests(), limits.period()))
                // By default it goes by the time of day, and gives nothing for as long as that was set back.
                .withNanosecondPrecision()
                .build();
    }
}
