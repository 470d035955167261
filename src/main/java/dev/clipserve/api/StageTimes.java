package dev.clipserve.api;

import dev.clipserve.clip.Stages;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How long the stages of one request took, summed over its images, for the {@code Server-Timing} header; and a span for
 * each in the request's trace. Safe for the threads of its images.
 */
final class StageTimes implements Stages {

    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, Long> nanos = new ConcurrentSkipListMap<>();
    private final Spans spans;
    private final String model;

    /** Times of no stage yet, of a call to a model. */
    StageTimes(Spans spans, String model) {
        this.spans = spans;
        this.model = model;
    }

    /** Runs a stage and adds its time, also when it fails. */
    @Override
    public <T> T time(String stage, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return spans.in(stage, model, work);
        } finally {
            nanos.merge(stage, System.nanoTime() - start, Long::sum);
        }
    }

    @Override
    public Runnable begun() {
        return spans.event("run");
    }

    /** As the header wants it, durations in milliseconds: {@code text;dur=1.25, prepare;dur=3.01}. */
    String header() {
        return nanos.entrySet().stream()
                .map(stage ->
                        String.format(Locale.ROOT, "%s;dur=%.2f", stage.getKey(), stage.getValue() / NANOS_PER_MILLI))
                .collect(Collectors.joining(", "));
    }
}
