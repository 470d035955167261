package dev.clipserve.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Works on many items side by side, a bounded number ahead, and hands the results over in the items' order. */
final class InOrder {

    private InOrder() {}

    /** Takes a result, on the thread that asked for all of them. */
    interface Sink<T, R> {

        void take(T item, R result) throws Exception;
    }

    private record Pending<T, R>(T item, CompletableFuture<R> result) {}

    /**
     * Works on every item.
     *
     * @param ahead how many items may be under way or wait for their predecessors
     * @param work called on a thread of its own
     */
    static <T, R> void map(Iterable<T> items, int ahead, Function<T, R> work, Sink<T, R> sink) throws Exception {
        Deque<Pending<T, R>> window = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T item : items) {
                while (!window.isEmpty()
                        && (window.size() == ahead || window.getFirst().result().isDone())) {
                    handOver(window.removeFirst(), sink);
                }
                window.add(new Pending<>(item, CompletableFuture.supplyAsync(() -> work.apply(item), threads)));
            }
            while (!window.isEmpty()) {
                handOver(window.removeFirst(), sink);
            }
        }
    }

    private static <T, R> void handOver(Pending<T, R> next, Sink<T, R> sink) throws Exception {
        sink.take(next.item(), next.result().join());
    }
}
