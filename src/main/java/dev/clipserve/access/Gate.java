package dev.clipserve.access;

import dev.clipserve.access.RateLimiter.Balance;
import dev.clipserve.access.Verdict.Admitted;
import dev.clipserve.access.Verdict.Quota;
import dev.clipserve.access.Verdict.Refused;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request is let in: first by how often its caller asks, then by the key, then by how many requests
 * of the caller are under way. A caller is a key, or an address where no known key is shown.
 */
public final class Gate {

    /** How long who has too many requests under way should wait: nobody knows when one of them ends. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final KeyRing keys;
    private final @Nullable RateLimiter rates;
    private final @Nullable ConcurrencyLimiter concurrency;
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);

    /** A gate that counts in the registry whom it refuses, and why. */
    public Gate(KeyRing keys, Limits limits, MeterRegistry registry) {
        this.keys = keys;
        this.rates = limits.isRated() ? new RateLimiter(limits) : null;
        this.concurrency = limits.isConcurrencyBound() ? new ConcurrencyLimiter(limits.maxConcurrent()) : null;
        for (Refusal reason : Refusal.values()) {
            refused.put(
                    reason,
                    Counter.builder("clipserve.access.refused")
                            .description("Requests that were not let in")
                            .baseUnit("requests")
                            .tag("reason", reason.tag())
                            .register(registry));
        }
    }

    /**
     * Decides.
     *
     * @param shown the key in the request; null where there is none
     * @param address where the request comes from
     * @param scope what it asks for
     */
    public Verdict ask(@Nullable String shown, String address, Scope scope) {
        Optional<AccessKey> key = keys.isOpen() || shown == null ? Optional.empty() : keys.find(shown);
        String caller = key.map(known -> "key " + known.name()).orElse("address " + address);
        Optional<Balance> balance = Optional.ofNullable(rates).map(limiter -> limiter.take(caller));
        Optional<Quota> quota = balance.map(left -> new Quota(left.remaining(), left.reset()));
        Optional<Duration> pause = balance.flatMap(Balance::pause);
        if (pause.isPresent()) {
            return refuse(quota, Refusal.TOO_OFTEN, pause.get());
        }
        Optional<Refusal> fault = faultOf(key, shown, scope);
        if (fault.isPresent()) {
            return refuse(quota, fault.get(), Duration.ZERO);
        }
        return enter(caller, quota);
    }

    private Optional<Refusal> faultOf(Optional<AccessKey> key, @Nullable String shown, Scope scope) {
        if (keys.isOpen()) {
            return Optional.empty();
        }
        if (key.isEmpty()) {
            return Optional.of(shown == null ? Refusal.KEY_MISSING : Refusal.KEY_UNKNOWN);
        }
        return key.get().allows(scope) ? Optional.empty() : Optional.of(Refusal.SCOPE_MISSING);
    }

    private Verdict enter(String caller, Optional<Quota> quota) {
        if (concurrency == null) {
            return new Admitted(quota, caller, () -> {});
        }
        return concurrency.enter(caller)
                ? new Admitted(quota, caller, () -> concurrency.leave(caller))
                : refuse(quota, Refusal.TOO_MANY_AT_ONCE, A_MOMENT);
    }

    private Verdict refuse(Optional<Quota> quota, Refusal reason, Duration pause) {
        Counter counter = refused.get(reason);
        if (counter != null) {
            counter.increment();
        }
        return new Refused(quota, reason, pause);
    }
}
