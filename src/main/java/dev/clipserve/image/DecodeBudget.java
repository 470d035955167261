package dev.clipserve.image;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds how many images are decoded at once, and how much memory their pixels take together. Who does not fit waits;
 * first come, first served.
 */
public final class DecodeBudget {

    private static final int UNIT = 1024;

    private final Semaphore turns;
    private final Semaphore memory;
    private final int units;

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

    /**
     * Waits until so many bytes are free and it is the caller's turn, then does the work.
     *
     * @param bytes at most {@link #bytes}
     */
    <T> T spend(long bytes, Supplier<T> work) {
        int needed = Math.toIntExact((bytes + UNIT - 1) / UNIT);
        memory.acquireUninterruptibly(needed);
        turns.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            turns.release();
            memory.release(needed);
        }
    }
}
