package dev.clipserve.onnx;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives freed native memory back to the system, again and again.
 *
 * <p>By itself glibc keeps, once a large block was freed, up to twice as much in each of its arenas, of which there are
 * eight for each core: with every thread that decodes a large JPEG the process would grow by tens of megabytes, until
 * they are hundreds.
 */
public final class NativeHeapTrimmer implements AutoCloseable {

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("native-heap").factory());

    /**
     * Begins at once.
     *
     * @param pause from one time to the next: long beside what a trim takes, some milliseconds, and what it costs to
     *     get memory again
     */
    public NativeHeapTrimmer(Duration pause) {
        var _ = thread.scheduleWithFixedDelay(NativeHeap::trim, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
