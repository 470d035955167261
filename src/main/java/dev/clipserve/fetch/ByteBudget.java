package dev.clipserve.fetch;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Memory that fetched images may take together: taken before it is used; who does not fit waits in a queue. */
final class ByteBudget {

    private static final int UNIT = 1024;

    private final Semaphore units;

    ByteBudget(long bytes) {
        this.units = new Semaphore((int) Math.min(Integer.MAX_VALUE, units(bytes)), true);
    }

    /** Memory that is taken; closing gives it back. */
    interface Share extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Waits for so many bytes.
     *
     * @param bytes at most those of the whole budget
     * @throws FetchException if they are not free in time
     */
    Share take(int bytes, Deadline deadline) {
        int wanted = (int) units(bytes);
        if (!acquire(units, wanted, deadline)) {
            throw new FetchException(
                    Reason.BUSY, "The images of other requests take all memory that there is for them.");
        }
        return () -> units.release(wanted);
    }

    /** Waits for permits; false when the time is over or the thread is interrupted. */
    static boolean acquire(Semaphore semaphore, int permits, Deadline deadline) {
        try {
            return semaphore.tryAcquire(permits, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long units(long bytes) {
        return (bytes + UNIT - 1) / UNIT;
    }
}
