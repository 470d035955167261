package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Where items wait for their batch: lets them in or refuses them at once, and gives batches to whoever is idle. All of
 * it under one lock.
 */
final class WaitingRoom<I, O> {

    /**
     * What a run should not take longer than, where fewer items can make it shorter: whoever is in it, or comes behind
     * it, waits for all of it. Where a run takes so long, more items do not make each of them cheaper.
     */
    private static final Duration LONG_RUN = Duration.ofMillis(500);

    private final QueueSpec<I> spec;
    private final int workers;
    private final DrainRate rate;
    private final BatchMeters meters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Turns<I, O> turns = new Turns<>();
    private int idle;
    private int announced;
    private int underWay;
    private boolean closed;

    /**
     * A room with nothing in it.
     *
     * @param workers how many take batches
     */
    WaitingRoom(QueueSpec<I> spec, int workers, BatchMeters meters) {
        this.spec = spec;
        this.workers = workers;
        this.rate = new DrainRate(spec.name(), workers);
        this.meters = meters;
    }

    int waiting() {
        return locked(turns::items);
    }

    int idle() {
        return locked(() -> idle);
    }

    /**
     * Lets a submission in, on the places that were kept for it, if any.
     *
     * @throws QueueFullException if there is no place for it, or it would not be done in time
     * @throws RejectedExecutionException if the room is closed
     */
    void enter(Submission<I, O> submission, Deadline deadline, Announcement coming) {
        lock.lock();
        try {
            refuseIfClosed();
            boolean expected = coming.isOpen();
            coming.close();
            // Who was let in before the item was prepared is not turned away after that work, but for memory.
            if (!expected || !turns.hasRoom(deadline.caller(), 0, submission.waitingBytes(), spec.policy())) {
                refuseIfFull(deadline, submission.waiting(), submission.waitingBytes());
            }
            turns.add(submission, deadline.caller());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a place for an item that is still prepared.
     *
     * @throws QueueFullException if there is none, or it would not be done in time
     */
    Announcement announce(Deadline deadline) {
        if (deadline.hasPassed()) {
            throw new CompletionException(new TimeoutException());
        }
        lock.lock();
        try {
            refuseIfClosed();
            refuseIfFull(deadline, 1, 0);
            announced(deadline.caller(), 1);
        } finally {
            lock.unlock();
        }
        var open = new AtomicBoolean(true);
        return new Announcement() {
            @Override
            public boolean isOpen() {
                return open.get();
            }

            @Override
            public void close() {
                if (open.getAndSet(false)) {
                    announced(deadline.caller(), -1);
                }
            }
        };
    }

    private void announced(String caller, int more) {
        lock.lock();
        try {
            announced += more;
            turns.reserve(caller, more);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new RejectedExecutionException("The " + spec.name() + " queue is closed");
        }
    }

    private void refuseIfFull(Deadline deadline, int items, long bytes) {
        if (!turns.hasRoom(deadline.caller(), items, bytes, spec.policy())) {
            turns.dropAbandoned();
        }
        if (!turns.hasRoom(deadline.caller(), items, bytes, spec.policy())) {
            meters.refused(items);
            throw QueueFullException.noPlace(spec.name(), turns.items(), rate.timeFor(turns.items()));
        }
        rate.refusal(doneBefore(deadline.caller(), items), deadline).ifPresent(refusal -> {
            meters.refused(items);
            throw refusal;
        });
    }

    /**
     * How many items are done until the last of so many that come now is. A batch gives nothing before all of it is
     * done, so that those that run beside it count, too: who left them out would let in what expires during its run,
     * and in overload that is everything.
     */
    private long doneBefore(String caller, int items) {
        if (underWay == 0 && turns.isEmpty()) {
            return 0;
        }
        int beside = Math.min(workers * batchSize(), turns.items() + items);
        return underWay + turns.ahead(caller, items) + beside;
    }

    private int locked(IntSupplier count) {
        lock.lock();
        try {
            return count.getAsInt();
        } finally {
            lock.unlock();
        }
    }

    /** Tells how long a batch took. */
    void finished(int items, long nanos) {
        lock.lock();
        try {
            rate.finished(items, nanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for work; empty when the room is closed and everything is done.
     *
     * @param done how many items the worker's batch before had, which is over now
     */
    List<Item<I, O>> nextBatch(int done) {
        lock.lock();
        idle++;
        underWay -= done;
        try {
            do {
                awaitItems();
                awaitAnnounced();
            } while (turns.isEmpty() && !closed);
            List<Item<I, O>> batch = turns.isEmpty() ? List.of() : turns.take(Math.min(batchSize(), share()));
            underWay += batch.size();
            return batch;
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
            throw new AssertionError("a worker ends when the room is closed; nobody interrupts it", e);
        }
    }

    /** Whether the batch could grow by what is announced, while other workers keep the hardware busy. */
    private boolean isWorthWaiting() {
        return !closed && announced > 0 && turns.items() < batchSize() && idle < workers;
    }

    /** How many items a batch may have. */
    private int batchSize() {
        return Math.clamp(rate.doneWithin(LONG_RUN), 1, spec.policy().maxBatch());
    }

    /** What an idle worker takes, so that the others that are idle have as much to do. */
    private int share() {
        return Math.ceilDiv(turns.items(), idle);
    }

    /** Lets nobody in any more; batches are given out until nothing is left. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
