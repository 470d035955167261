package dev.clipserve.batching;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What a batcher tells of itself, tagged with its queue's name. */
final class BatchMeters {

    private static final String QUEUE = "queue";

    private final Timer wait;
    private final Timer run;
    private final DistributionSummary size;
    private final Counter refused;
    private final Counter unprocessable;
    private final Counter broken;
    private final MeterRegistry registry;
    private final String queue;

    BatchMeters(MeterRegistry registry, QueueSpec<?> spec) {
        this.registry = registry;
        this.queue = spec.name();
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
                .description("Items refused because the queue was full, or too long for their deadline")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .register(registry);
        unprocessable = failures("item");
        broken = failures("worker");
    }

    private Counter failures(String fault) {
        return Counter.builder("clipserve.batch.failed")
                .description("Items that failed alone, by what was at fault")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .tag("fault", fault)
                .register(registry);
    }

    /** Tells from now on what is waiting, and who works. */
    void watch(WaitingRoom<?, ?> room, Crew<?, ?> crew) {
        Gauge.builder("clipserve.batch.idle", room::idle)
                .description("Workers that have nothing to run")
                .baseUnit("workers")
                .tag(QUEUE, queue)
                .register(registry);
        Gauge.builder("clipserve.queue.waiting", room::waiting)
                .description("Items that wait for a batch")
                .baseUnit("items")
                .tag(QUEUE, queue)
                .register(registry);
        Gauge.builder("clipserve.batch.hung", crew::hung)
                .description("Threads that hang in a run that was given up")
                .baseUnit("threads")
                .tag(QUEUE, queue)
                .register(registry);
        Gauge.builder("clipserve.queue.stalled", () -> crew.isStalled() ? 1 : 0)
                .description("Whether a run hangs that nobody can relieve: 1, else 0")
                .tag(QUEUE, queue)
                .register(registry);
    }

    /** The queue's name. */
    String queue() {
        return queue;
    }

    /** Counts an item that failed alone. */
    void failed(RuntimeException cause) {
        (cause instanceof WorkerBrokenException ? broken : unprocessable).increment();
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
