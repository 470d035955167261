package dev.clipserve.batching;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Items that came together. Taking is guarded by the batcher's lock, finishing by this object's. */
final class Submission<I, O> {

    private final QueueSpec<I> spec;
    private final List<I> items;
    private final Runnable begun;
    private final Map<Object, Deque<Integer>> waitingByShape = new LinkedHashMap<>();
    private final Map<Integer, O> outputs = new HashMap<>();
    private final long submittedAt = System.nanoTime();
    private final CompletableFuture<List<O>> result = new CompletableFuture<>();
    private int waiting;
    private long waitingBytes;

    /** One item on its way through a batch. */
    record Item<I, O>(Submission<I, O> submission, int index) {

        I input() {
            return submission.items.get(index);
        }

        void begin() {
            submission.begun.run();
        }

        /** Whether nobody waits for it any more. */
        boolean abandoned() {
            return submission.abandoned();
        }

        void complete(O output) {
            submission.finish(index, output);
        }

        void fail(Throwable cause) {
            submission.result.completeExceptionally(cause);
        }

        long waitedNanos(long now) {
            return now - submission.submittedAt;
        }
    }

    Submission(QueueSpec<I> spec, List<I> items, Runnable begun) {
        this.spec = spec;
        this.begun = begun;
        this.items = List.copyOf(items);
        for (I item : this.items) {
            waitingByShape
                    .computeIfAbsent(spec.shape().apply(item), shape -> new ArrayDeque<>())
                    .add(waiting++);
            waitingBytes += spec.bytes().applyAsLong(item);
        }
    }

    CompletableFuture<List<O>> result() {
        return result;
    }

    /** Lets the result fail with a {@code TimeoutException} when the deadline passes before it is there. */
    void expireAt(Deadline deadline) {
        result.orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether nobody waits for the result any more: it was cancelled, its time is over, or an item of it failed. */
    boolean abandoned() {
        return result.isDone();
    }

    /** How many items no batch has taken yet. */
    int waiting() {
        return waiting;
    }

    /** The memory of the items that no batch has taken yet. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** A shape of which an item is waiting; there must be one. */
    Object nextShape() {
        return waitingByShape.keySet().iterator().next();
    }

    /** Whether an item of this shape is waiting. */
    boolean has(Object shape) {
        return waitingByShape.containsKey(shape);
    }

    /** Takes the first waiting item of a shape; there must be one. */
    Item<I, O> take(Object shape) {
        Deque<Integer> places = Objects.requireNonNull(waitingByShape.get(shape));
        int index = places.removeFirst();
        if (places.isEmpty()) {
            waitingByShape.remove(shape);
        }
        waiting--;
        waitingBytes -= spec.bytes().applyAsLong(items.get(index));
        return new Item<>(this, index);
    }

    private void finish(int index, O output) {
        boolean complete;
        synchronized (this) {
            outputs.put(index, output);
            complete = outputs.size() == items.size();
        }
        // Outside the lock: completing runs whatever the caller has chained to the future.
        if (complete) {
            result.complete(IntStream.range(0, items.size())
                    .mapToObj(i -> Objects.requireNonNull(outputs.get(i)))
                    .toList());
        }
    }
}
