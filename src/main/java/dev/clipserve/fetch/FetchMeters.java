package dev.clipserve.fetch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many images were fetched or not, for which reason, and how long that took. */
final class FetchMeters {

    private final Timer fetched;
    private final Map<FetchException.Reason, Timer> missed;

    FetchMeters(MeterRegistry registry) {
        fetched = timer(registry, "fetched");
        missed = Stream.of(FetchException.Reason.values())
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        reason -> timer(registry, reason.name().toLowerCase(Locale.ROOT))));
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("clipserve.url.fetch")
                .description("Time to fetch an image from its URL, or to fail to; waiting included")
                .tag("outcome", outcome)
                .register(registry);
    }

    void fetched(long nanos) {
        fetched.record(nanos, TimeUnit.NANOSECONDS);
    }

    void missed(FetchException.Reason reason, long nanos) {
        Objects.requireNonNull(missed.get(reason)).record(nanos, TimeUnit.NANOSECONDS);
    }
}
