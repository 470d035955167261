package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Groups items of concurrent callers into batches.
 *
 * <p>Each worker has a thread of its own and calls its function with one batch at a time. An idle worker takes what is
 * there at once; batches form only while all workers are busy, so nothing ever waits for company. Items of one batch
 * share a shape. Callers take turns: a batch takes one item of each before a second of any, so a caller with one item
 * is not behind one with a thousand. Items that nobody waits for any more are dropped before they cost a run. When a
 * batch fails, its items are run one by one, so that only the item that fails by itself is refused. Every submission
 * that was accepted completes, also when the batcher is closed.
 */
public final class MicroBatcher<I, O> implements AutoCloseable {

    private final String name;
    private final BatchPolicy policy;
    private final BatchMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // INVARIANT (lock): waitingItems is the sum of waiting() over the submissions in turns, each of which is positive.
    private final Deque<Submission<I, O>> turns = new ArrayDeque<>();
    private int waitingItems;
    private boolean closed;
    private final DrainRate rate;
    private final List<Thread> threads;

    /**
     * Starts a thread for each worker.
     *
     * @param name what messages and meters call the queue
     * @param workers each returns an output for each input, in their order
     */
    public MicroBatcher(
            String name, BatchPolicy policy, MeterRegistry registry, List<Function<List<I>, List<O>>> workers) {
        this.name = name;
        this.policy = policy;
        this.rate = new DrainRate(workers.size());
        this.meters = new BatchMeters(registry, name, this::waitingItems);
        this.threads = workers.stream()
                .map(worker -> Thread.ofPlatform().name(name + "-batcher").start(() -> work(worker)))
                .toList();
    }

    /**
     * Queues items; the future has their outputs, in their order. Cancel it to give the items up.
     *
     * @param shape what items must have in common to share a batch; compared by {@code equals}
     * @throws QueueFullException at once, rather than wait behind a full queue
     * @throws RejectedExecutionException if the batcher is closed
     */
    public CompletableFuture<List<O>> submit(Object shape, List<I> items) {
        var submission = new Submission<I, O>(shape, items);
        if (items.isEmpty()) {
            submission.result().complete(List.of());
            return submission.result();
        }
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("The " + name + " queue is closed");
            }
            refuseIfFull(items.size());
            turns.add(submission);
            waitingItems += items.size();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return submission.result();
    }

    private void refuseIfFull(int items) {
        if (waitingItems > 0 && waitingItems + items > policy.maxWaiting()) {
            dropAbandoned();
        }
        if (waitingItems > 0 && waitingItems + items > policy.maxWaiting()) {
            meters.refused(items);
            throw new QueueFullException(name, waitingItems, rate.timeFor(waitingItems));
        }
    }

    private int waitingItems() {
        lock.lock();
        try {
            return waitingItems;
        } finally {
            lock.unlock();
        }
    }

    private void work(Function<List<I>, List<O>> worker) {
        for (List<Item<I, O>> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            long start = System.nanoTime();
            for (Item<I, O> item : batch) {
                meters.waited(item.waitedNanos(start));
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
        try {
            dropAbandoned();
            while (turns.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
                dropAbandoned();
            }
            return turns.isEmpty() ? List.of() : gather();
        } finally {
            lock.unlock();
        }
    }

    private void dropAbandoned() {
        turns.removeIf(submission -> {
            if (submission.abandoned()) {
                waitingItems -= submission.waiting();
            }
            return submission.abandoned();
        });
    }

    /** One item of each submission that has the first one's shape, round after round, until the batch is full. */
    private List<Item<I, O>> gather() {
        Submission<I, O> first = turns.getFirst();
        List<Item<I, O>> batch = new ArrayList<>();
        int before = -1;
        while (batch.size() < policy.maxBatch() && batch.size() > before) {
            before = batch.size();
            takeRound(first.shape(), batch);
        }
        if (turns.peekFirst() == first) {
            turns.addLast(turns.removeFirst());
        }
        return batch;
    }

    private void takeRound(Object shape, List<Item<I, O>> batch) {
        Iterator<Submission<I, O>> round = turns.iterator();
        while (round.hasNext() && batch.size() < policy.maxBatch()) {
            Submission<I, O> submission = round.next();
            if (submission.shape().equals(shape)) {
                batch.add(submission.take());
                waitingItems--;
                if (submission.waiting() == 0) {
                    round.remove();
                }
            }
        }
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
