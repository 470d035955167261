package dev.clipserve.image;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Bounds how many images are decoded at once, and how much memory their pixels take together. Who does not fit waits;
 * first come, first served.
 *
 * <p>The work is done on platform threads: it computes without a pause, and as many of it as there are cores would hold
 * all carriers of virtual threads, so that a few slow images would keep every other request waiting.
 */
public final class DecodeBudget {

    private static final int UNIT = 1024;

    private final Semaphore turns;
    private final Semaphore memory;
    private final int units;
    private final AtomicInteger hung = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("decode-", 1).factory());

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
        this.turns = new Semaphore(concurrency, true);
        this.memory = new Semaphore(units, true);
    }

    /** The most bytes that one image may hold. */
    long bytes() {
        return (long) units * UNIT;
    }

    /** How many threads hang in work that was given up. */
    public int hung() {
        return hung.get();
    }

    /**
     * Waits until so many bytes are free and it is the caller's turn, then does the work.
     *
     * @param bytes at most {@link #bytes}
     * @param timeout after which the work ends by itself; at twice that it hangs, and is left behind: its memory stays
     *     taken until it ends, its turn is another's
     * @throws InvalidImageException if it hangs
     */
    <T> T spend(long bytes, Duration timeout, Supplier<T> work) {
        int needed = Math.toIntExact((bytes + UNIT - 1) / UNIT);
        memory.acquireUninterruptibly(needed);
        turns.acquireUninterruptibly();
        try {
            return await(start(needed, work), timeout);
        } finally {
            turns.release();
        }
    }

    private <T> CompletableFuture<T> start(int needed, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, threads)
                    .whenComplete((result, failure) -> memory.release(needed));
        } catch (OutOfMemoryError noThread) {
            memory.release(needed);
            throw noThread;
        }
    }

    private <T> T await(CompletableFuture<T> result, Duration timeout) {
        try {
            return result.copy()
                    .orTimeout(2 * timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case TimeoutException hangs -> leaveBehind(result, timeout);
                case RuntimeException failure -> failure;
                case Error failure -> throw failure;
                case null, default -> e;
            };
        }
    }

    private InvalidImageException leaveBehind(CompletableFuture<?> result, Duration timeout) {
        hung.incrementAndGet();
        var _ = result.handle((late, failure) -> hung.decrementAndGet());
        return new Deadline(timeout).exceeded();
    }
}
