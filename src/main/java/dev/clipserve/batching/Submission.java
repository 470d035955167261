package dev.clipserve.batching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Items that came together and share a shape. Taking is guarded by the batcher's lock, finishing by this object's. */
final class Submission<I, O> {

    private final Object shape;
    private final List<I> items;
    private final Map<Integer, O> outputs = new HashMap<>();
    private final long submittedAt = System.nanoTime();
    private final CompletableFuture<List<O>> result = new CompletableFuture<>();
    private int taken;

    /** One item on its way through a batch. */
    record Item<I, O>(Submission<I, O> submission, int index) {

        I input() {
            return submission.items.get(index);
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

    Submission(Object shape, List<I> items) {
        this.shape = shape;
        this.items = List.copyOf(items);
    }

    Object shape() {
        return shape;
    }

    CompletableFuture<List<O>> result() {
        return result;
    }

    /** Whether nobody waits for the result any more: it was cancelled, or an item of it failed. */
    boolean abandoned() {
        return result.isDone();
    }

    /** How many items no batch has taken yet. */
    int waiting() {
        return items.size() - taken;
    }

    Item<I, O> take() {
        return new Item<>(this, taken++);
    }

    private void finish(int index, O output) {
        List<O> complete = List.of();
        synchronized (this) {
            outputs.put(index, output);
            if (outputs.size() == items.size()) {
                complete = IntStream.range(0, items.size())
                        .mapToObj(i -> Objects.requireNonNull(outputs.get(i)))
                        .toList();
            }
        }
        // Outside the lock: completing runs whatever the caller has chained to the future.
        if (!complete.isEmpty()) {
            result.complete(complete);
        }
    }
}
