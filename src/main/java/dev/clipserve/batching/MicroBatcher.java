package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Groups items of concurrent callers into batches.
 *
 * <p>Each worker has a thread of its own and calls its function with one batch at a time. An idle worker takes its
 * share of what is there at once; batches form while all workers are busy. Only where others are busy, and callers have
 * {@linkplain #announce announced} what they still prepare, does a batch wait for that, for a bounded while: the
 * processor is not idle meanwhile, since it prepares. Items of one batch share a shape. Callers take turns: a batch
 * takes one item of each before a second of any, so a caller with one item is not behind one with a thousand. Items
 * that nobody waits for any more, because they were cancelled or their deadline has passed, are dropped before they
 * cost a run. When a batch fails, its items are run one by one, so that only the item that fails by itself is refused.
 * Every submission that was accepted completes, also when the batcher is closed.
 */
public final class MicroBatcher<I, O> implements AutoCloseable {

    private final QueueSpec<I> spec;
    private final BatchMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Turns<I, O> turns = new Turns<>();
    private final DrainRate rate;
    private final int workers;
    private int idle;
    private int announced;
    private boolean closed;
    private final List<Thread> threads;

    /**
     * Starts a thread for each worker.
     *
     * @param workers each returns an output for each input, in their order
     */
    public MicroBatcher(QueueSpec<I> spec, MeterRegistry registry, List<Function<List<I>, List<O>>> workers) {
        this.spec = spec;
        this.workers = workers.size();
        this.rate = new DrainRate(this.workers);
        this.meters = new BatchMeters(registry, spec, () -> locked(turns::items), () -> locked(() -> idle));
        this.threads = workers.stream()
                .map(worker ->
                        Thread.ofPlatform().name(spec.name() + "-batcher").start(() -> work(worker)))
                .toList();
    }

    /**
     * Queues items; the future has their outputs, in their order. Cancel it to give the items up. When the deadline
     * passes first, it fails with a {@link java.util.concurrent.TimeoutException}.
     *
     * @throws QueueFullException at once, rather than wait behind a full queue
     * @throws RejectedExecutionException if the batcher is closed
     */
    public CompletableFuture<List<O>> submit(List<I> items, Deadline deadline) {
        return submit(items, deadline, () -> {});
    }

    /**
     * Queues items as {@link #submit(List, Deadline)} does.
     *
     * @param begun called on a worker's thread for each item when its batch begins; must neither fail nor wait
     */
    public CompletableFuture<List<O>> submit(List<I> items, Deadline deadline, Runnable begun) {
        var submission = new Submission<I, O>(spec, items, begun);
        if (items.isEmpty()) {
            submission.result().complete(List.of());
            return submission.result();
        }
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("The " + spec.name() + " queue is closed");
            }
            refuseIfFull(submission);
            turns.add(submission);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        submission.expireAt(deadline);
        return submission.result();
    }

    /**
     * Tells that an item is on its way, until the announcement is closed: after its submission, or when nothing came of
     * it. To close it again does nothing.
     */
    public Announcement announce() {
        announced(1);
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                announced(-1);
            }
        };
    }

    private void announced(int more) {
        lock.lock();
        try {
            announced += more;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refuseIfFull(Submission<I, O> next) {
        if (isFullFor(next)) {
            turns.dropAbandoned();
        }
        if (isFullFor(next)) {
            meters.refused(next.waiting());
            throw new QueueFullException(spec.name(), turns.items(), rate.timeFor(turns.items()));
        }
    }

    private boolean isFullFor(Submission<I, O> next) {
        BatchPolicy policy = spec.policy();
        return !turns.isEmpty()
                && (turns.items() + next.waiting() > policy.maxWaiting()
                        || turns.bytes() + next.waitingBytes() > policy.maxWaitingBytes());
    }

    private int locked(IntSupplier count) {
        lock.lock();
        try {
            return count.getAsInt();
        } finally {
            lock.unlock();
        }
    }

    private void work(Function<List<I>, List<O>> worker) {
        for (List<Item<I, O>> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            long start = System.nanoTime();
            for (Item<I, O> item : batch) {
                meters.waited(item.waitedNanos(start));
                item.begin();
            }
            run(worker, batch);
            finished(batch.size(), System.nanoTime() - start);
        }
    }

    private void finished(int items, long nanos) {
        meters.ran(nanos, items);
        lock.lock();
        try {
            rate.finished(items, nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for work; empty when the batcher is closed and everything is done. */
    private List<Item<I, O>> nextBatch() {
        lock.lock();
        idle++;
        try {
            do {
                awaitItems();
                awaitAnnounced();
            } while (turns.isEmpty() && !closed);
            return turns.isEmpty()
                    ? List.of()
                    : turns.take(Math.min(spec.policy().maxBatch(), share()));
        } finally {
            idle--;
            lock.unlock();
        }
    }

    private void awaitItems() {
        turns.dropAbandoned();
        while (turns.isEmpty() && !closed) {
            changed.awaitUninterruptibly();
            turns.dropAbandoned();
        }
    }

    private void awaitAnnounced() {
        long patience = spec.policy().maxDelay().toNanos();
        try {
            while (patience > 0 && isWorthWaiting()) {
                patience = changed.awaitNanos(patience);
                turns.dropAbandoned();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("a worker ends when the batcher is closed; nobody interrupts it", e);
        }
    }

    /** Whether the batch could grow by what is announced, while other workers keep the hardware busy. */
    private boolean isWorthWaiting() {
        return !closed && announced > 0 && turns.items() < spec.policy().maxBatch() && idle < workers;
    }

    /** What an idle worker takes, so that the others that are idle have as much to do. */
    private int share() {
        return Math.ceilDiv(turns.items(), idle);
    }

    private void run(Function<List<I>, List<O>> worker, List<Item<I, O>> batch) {
        try {
            List<O> outputs = worker.apply(batch.stream().map(Item::input).toList());
            if (outputs.size() != batch.size()) {
                throw new IllegalStateException(outputs.size() + " outputs for " + batch.size() + " inputs");
            }
            for (int i = 0; i < outputs.size(); i++) {
                batch.get(i).complete(outputs.get(i));
            }
        } catch (RuntimeException | Error e) {
            if (batch.size() == 1) {
                batch.getFirst().fail(e);
            } else {
                batch.forEach(item -> run(worker, List.of(item)));
            }
        }
    }

    /** Takes no more submissions, runs those that were accepted, and waits until that is done. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            joinUninterruptibly(thread);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
