package dev.clipserve.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Works on many images side by side, a bounded number ahead, and hands the results over in the images' order. */
final class InOrder {

    /** Two full runs of a GPU, or of several processor sessions. */
    private static final int BATCHES = 64;

    /** How many images may be under way or wait for their predecessors: decoders are to be busy, runs full. */
    private static final int AHEAD = BATCHES + 2 * Runtime.getRuntime().availableProcessors();

    private InOrder() {}

    /** Takes a result, on the thread that asked for all of them. */
    interface Sink<T, R> {

        void take(T item, R result) throws Exception;
    }

    private record Pending<T, R>(T item, CompletableFuture<R> result) {}

    /**
     * Works on every image.
     *
     * @param work called on a thread of its own
     */
    static <T, R> void map(Iterable<T> items, Function<T, R> work, Sink<T, R> sink) throws Exception {
        Deque<Pending<T, R>> window = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T item : items) {
                while (!window.isEmpty()
                        && (window.size() == AHEAD || window.getFirst().result().isDone())) {
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
