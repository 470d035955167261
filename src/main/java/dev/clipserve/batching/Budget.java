package dev.clipserve.batching;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory, or turns, of which there is only so much for all: taken before it is used. Who does not fit waits in a queue,
 * first come, first served; who wants more than there ever is has all of it.
 *
 * <p>Up to two billion are counted one by one. What there is more of is counted in larger units, and what is taken is
 * rounded up to them.
 */
public final class Budget {

    private final long unit;
    private final int all;
    private final Semaphore free;

    /**
     * A budget of which nothing is taken.
     *
     * @param amount of all shares together, such as bytes
     */
    public Budget(long amount) {
        // A semaphore counts in ints.
        this.unit = amount / Integer.MAX_VALUE + 1;
        this.all = (int) (amount / unit);
        this.free = new Semaphore(all, true);
    }

    /** What is taken; closing gives it back, once however often it is closed. */
    public interface Share extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Waits for a share.
     *
     * @param amount in the budget's own measure
     * @param patience how long to wait; only what is free at once is had where it is zero or less
     * @return nothing if the time is over, or the thread is interrupted, which it stays
     */
    public Optional<Share> take(long amount, Duration patience) {
        int wanted = (int) Math.min(all, Math.ceilDiv(amount, unit));
        if (!acquire(wanted, patience)) {
            return Optional.empty();
        }
        var held = new AtomicInteger(wanted);
        return Optional.of(() -> free.release(held.getAndSet(0)));
    }

    private boolean acquire(int wanted, Duration patience) {
        try {
            return free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
