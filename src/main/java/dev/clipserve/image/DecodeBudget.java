package dev.clipserve.image;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Bounds how many images are decoded at once, and how much memory their pixels take together. Who does not fit waits;
 * callers take turns, and who would wait for too long is refused at once.
 *
 * <p>The work is done on platform threads: it computes without a pause, and as many of it as there are cores would hold
 * all carriers of virtual threads, so that a few slow images would keep every other request waiting. They are always
 * the same ones, as many as decode at a time: the C library keeps memory of large pictures for threads, and the more
 * there were one after the other, the more it would keep.
 */
public final class DecodeBudget {

    private static final int UNIT = 1024;

    private final DecodeLine line;
    private final int units;
    private final int concurrency;
    private final ThreadPoolExecutor threads;

    /**
     * A budget with nothing spent.
     *
     * @param concurrency images that may be decoded at the same time
     * @param bytes memory that they may hold together
     */
    public DecodeBudget(int concurrency, long bytes) {
        if (concurrency < 1 || bytes < UNIT) {
            throw new IllegalArgumentException("No room to decode: " + concurrency + " images, " + bytes + " bytes");
        }
        this.units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
        this.line = new DecodeLine(concurrency, units);
        this.concurrency = concurrency;
        this.threads = new ThreadPoolExecutor(
                concurrency,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("decode-", 1).factory());
    }

    /** The most bytes that one image may hold. */
    long bytes() {
        return (long) units * UNIT;
    }

    /** How many images wait. */
    public int waiting() {
        return line.waiting();
    }

    /** How many threads hang in work that was given up. */
    public int hung() {
        return threads.getCorePoolSize() - concurrency;
    }

    /**
     * Does the work when so many bytes are free and it is the caller's turn, and waits for it.
     *
     * @param bytes at most {@link #bytes}
     * @param patience until when the work is of use; it does not begin later, but if it began in time it goes on
     * @param timeout after which the work ends by itself; at twice that it hangs, and is left behind: its memory stays
     *     taken until it ends, its turn is another's
     * @throws QueueFullException at once, if it might have to wait for too long
     * @throws CompletionException with a {@link TimeoutException} when the patience ends first
     * @throws InvalidImageException if it hangs
     */
    <T> T spend(long bytes, Deadline patience, Duration timeout, Supplier<T> work) {
        var job = new DecodeJob<>(Math.toIntExact((bytes + UNIT - 1) / UNIT), work);
        start(line.enter(job, patience));
        CompletableFuture<T> result =
                job.turn().thenCompose(_ -> job.result().copy().orTimeout(2 * timeout.toNanos(), TimeUnit.NANOSECONDS));
        if (job.isWaiting()) {
            job.turn().orTimeout(patience.remaining().toNanos(), TimeUnit.NANOSECONDS);
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case TimeoutException _
                when job.turn().isCompletedExceptionally() -> {
                    start(line.leave());
                    yield e;
                }
                case TimeoutException _ -> leaveBehind(job, timeout);
                case RuntimeException failure -> failure;
                case Error failure -> throw failure;
                case null, default -> e;
            };
        }
    }

    private void start(List<DecodeJob<?>> begun) {
        for (DecodeJob<?> job : begun) {
            try {
                threads.execute(() -> work(job));
            } catch (OutOfMemoryError noThread) {
                job.result().completeExceptionally(noThread);
                start(line.done(job, 0));
            }
        }
    }

    /**
     * Goes on with whoever is next, rather than wake another thread for it: in overload that takes longer than the
     * work.
     */
    private void work(DecodeJob<?> first) {
        List<DecodeJob<?>> begun = List.of(first);
        while (!begun.isEmpty()) {
            start(begun.subList(1, begun.size()));
            DecodeJob<?> job = begun.getFirst();
            long start = System.nanoTime();
            job.run();
            begun = line.done(job, System.nanoTime() - start);
        }
    }

    private InvalidImageException leaveBehind(DecodeJob<?> job, Duration timeout) {
        hangs(1);
        var _ = job.result().whenComplete((late, failure) -> hangs(-1));
        start(line.giveUp(job));
        return new TimeLimit(timeout).exceeded();
    }

    /** So many threads more hang, or fewer; others take their places. */
    private synchronized void hangs(int more) {
        threads.setCorePoolSize(threads.getCorePoolSize() + more);
    }
}
