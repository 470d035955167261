package dev.clipserve.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Counts the requests that are answered with a problem, in whatever words the path's dialect has for it. */
public final class ProblemMeters {

    private final MeterProvider<Counter> refused;

    /** Counters of all problems there are, so that the first of a kind is seen as an increase, too. */
    public ProblemMeters(MeterRegistry registry) {
        refused = Counter.builder("clipserve.requests.refused")
                .description("Requests answered with a problem")
                .baseUnit("requests")
                .withRegistry(registry);
        for (ProblemType type : ProblemType.values()) {
            counter(type.slug(), type.status());
        }
    }

    /** Counts one; the status is the answer's, which a dialect or the servlet container may have chosen. */
    void refused(Problem problem, int status) {
        counter(problem.slug(), status).increment();
    }

    private Counter counter(String reason, int status) {
        return refused.withTags(Tags.of("reason", reason, "status", String.valueOf(status)));
    }
}
