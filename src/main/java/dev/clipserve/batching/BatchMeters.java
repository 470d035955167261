package dev.clipserve.batching;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a batcher tells of itself, tagged with its queue's name. */
final class BatchMeters {

    private static final String QUEUE = "queue";

    private final Timer wait;
    private final Timer run;
    private final DistributionSummary size;
    private final Counter refused;

    BatchMeters(MeterRegistry registry, QueueSpec<?> spec, Supplier<Number> waiting, Supplier<Number> idle) {
        String queue = spec.name();
        wait = Timer.builder("clipserve.queue.wait")
                .description("Time from an item's submission to the start of its batch")
                .tag(QUEUE, queue)
                .register(registry);
        run = Timer.builder("clipserve.batch.run")
                .description("Time to run a batch")
                .tag(QUEUE, queue)
                .tag("provider", spec.provider())
                .register(registry);
        size = DistributionSummary.builder("clipserve.batch.size")
                .description("Items of a batch")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .register(registry);
        refused = Counter.builder("clipserve.queue.refused")
                .description("Items refused because the queue was full")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .register(registry);
        Gauge.builder("clipserve.batch.idle", idle)
                .description("Workers that have nothing to run")
                .baseUnit("workers")
                .tag(QUEUE, queue)
                .register(registry);
        Gauge.builder("clipserve.queue.waiting", waiting)
                .description("Items that wait for a batch")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .register(registry);
    }

    void waited(long nanos) {
        wait.record(nanos, TimeUnit.NANOSECONDS);
    }

    void ran(long nanos, int items) {
        run.record(nanos, TimeUnit.NANOSECONDS);
        size.record(items);
    }

    void refused(int items) {
        refused.increment(items);
    }
}
