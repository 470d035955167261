package dev.clipserve.batching;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups items of concurrent callers into batches.
 *
 * <p>Each worker has a thread of its own and runs one batch at a time. An idle worker takes its share of what is there
 * at once; batches form while all workers are busy. Only where others are busy, and callers have {@linkplain #announce
 * announced} what they still prepare, does a batch wait for that, for a bounded while: the processor is not idle
 * meanwhile, since it prepares. Items of one batch share a shape. Callers take turns: a batch takes one item of each
 * before a second of any, so a caller with one item is not behind one with a thousand, and nobody can have all places.
 * Items that would not be done in time are refused at once. Items that nobody waits for any more, because they were
 * cancelled or their deadline has passed, are dropped before they cost a run.
 *
 * <p>A batch that fails is halved and run again, so that only the item that fails by itself is refused, with an
 * {@link UnprocessableItemException}. A run that does not end is given up, and its items are run one by one by another
 * worker. Every submission that was accepted completes, also when the batcher is closed, but for those in runs that
 * hang where nobody can take their place any more.
 */
public final class MicroBatcher<I, O> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MicroBatcher.class);

    /** How often a run's time is looked at, within the time that it has. */
    private static final int LOOKS = 8;

    private final QueueSpec<I> spec;
    private final WaitingRoom<I, O> room;
    private final Crew<I, O> crew;
    private final ScheduledExecutorService watch;

    /**
     * Starts a thread for each worker, and one that looks after them.
     *
     * @param workers each returns an output for each input, in their order
     */
    public MicroBatcher(QueueSpec<I> spec, MeterRegistry registry, List<? extends BatchWorker<I, O>> workers) {
        this.spec = spec;
        var meters = new BatchMeters(registry, spec);
        this.room = new WaitingRoom<>(spec, workers.size(), meters);
        this.crew = new Crew<>(
                spec,
                workers.stream()
                        .map(worker -> new Shift<I, O>(room, worker, meters))
                        .toList());
        meters.watch(room, crew);
        this.watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(spec.name() + "-watch").factory());
        Duration pause = spec.policy().maxRun().dividedBy(LOOKS);
        var _ = watch.scheduleWithFixedDelay(
                this::lookWhateverHappens, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Such as that no thread can be started: a failure would end the watch for good, without a word. */
    private void lookWhateverHappens() {
        try {
            look(System.nanoTime());
        } catch (RuntimeException | Error e) {
            log.error("Cannot look after the {} queue now; trying again", spec.name(), e);
        }
    }

    /** Gives up the runs that have been under way for too long at this moment. */
    void look(long now) {
        crew.look(now);
    }

    /** Whether a run hangs, and so many before it that nobody can take its place: only a restart helps. */
    public boolean isStalled() {
        return crew.isStalled();
    }

    /**
     * Queues items; the future has their outputs, in their order. Cancel it to give the items up. When the deadline
     * passes first, it fails with a {@link java.util.concurrent.TimeoutException}.
     *
     * @throws QueueFullException at once, rather than wait behind a full queue, or for longer than there is time
     * @throws RejectedExecutionException if the batcher is closed
     */
    public CompletableFuture<List<O>> submit(List<I> items, Deadline deadline) {
        return submit(items, deadline, () -> {}, Announcement.NONE);
    }

    /**
     * Queues items as {@link #submit(List, Deadline)} does.
     *
     * @param begun called on a worker's thread for each item when its batch begins; must neither fail nor wait
     * @param coming what announced them; it is closed, and if it was not before, there is a place for them
     */
    public CompletableFuture<List<O>> submit(List<I> items, Deadline deadline, Runnable begun, Announcement coming) {
        var submission = new Submission<I, O>(spec, items, begun);
        if (items.isEmpty()) {
            submission.result().complete(List.of());
            return submission.result();
        }
        room.enter(submission, deadline, coming);
        submission.expireAt(deadline);
        return submission.result();
    }

    /**
     * Tells that an item is on its way and keeps a place for it, until the announcement is closed: with its submission,
     * or when nothing came of it. To close it again does nothing.
     *
     * @throws QueueFullException at once, if the item would be refused, so that nobody prepares it in vain
     * @throws java.util.concurrent.CompletionException with a {@link java.util.concurrent.TimeoutException} if the
     *     deadline has passed
     * @throws RejectedExecutionException if the batcher is closed
     */
    public Announcement announce(Deadline deadline) {
        return room.announce(deadline);
    }

    /** Takes no more submissions, runs those that were accepted, and waits until that is done. */
    @Override
    public void close() {
        room.close();
        crew.await();
        watch.shutdownNow();
    }
}
