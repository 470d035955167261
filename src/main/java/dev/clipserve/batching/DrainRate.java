package dev.clipserve.batching;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How fast a queue drains: the time that work took lately over how much it was, the last ten runs or so. Guarded by its
 * queue's lock.
 */
public final class DrainRate {

    /** What a run's weight is worth after the next one. */
    private static final double MEMORY = 0.9;

    /**
     * How many times the wait has to fit into a caller's time. Estimates err, and in overload a queue is always as long
     * as it may be: were it as long as the time that there is, each error would make everybody late and all work vain.
     * A shorter queue answers no fewer, as long as it is never empty.
     */
    private static final int MARGIN = 2;

    private final String queue;
    private final int workers;
    private double work;
    private double nanos;

    /**
     * The rate of a queue from which nothing has been done yet.
     *
     * @param queue what messages call it
     * @param workers how many work at the same time
     */
    public DrainRate(String queue, int workers) {
        this.queue = queue;
        this.workers = workers;
    }

    /**
     * Tells that a worker has done so much.
     *
     * @param done in any unit, as long as it is always the same
     * @param took nanoseconds
     */
    public void finished(long done, long took) {
        work = MEMORY * work + done;
        nanos = MEMORY * nanos + took;
    }

    /** About how long all workers together take for so much; zero while nothing is known. */
    Duration timeFor(long amount) {
        return work == 0 ? Duration.ZERO : Duration.ofNanos((long) (nanos / work * amount / workers));
    }

    /** About how much one worker does in a time; without end while nothing is known. */
    long doneWithin(Duration time) {
        return nanos == 0 ? Long.MAX_VALUE : (long) (time.toNanos() * work / nanos);
    }

    /**
     * How much is done before what a caller brings now, where callers take turns: what he has waiting, and each other
     * caller's, but no more than he then has.
     *
     * @param own what the caller has waiting
     * @param coming what he brings
     * @param others what each other caller has waiting
     */
    public static long ahead(long own, long coming, LongStream others) {
        return own + others.map(other -> Math.min(other, own + coming)).sum();
    }

    /** Why somebody is not let in, if so much has to be done before the deadline and that takes too long. */
    public Optional<QueueFullException> refusal(long amount, Deadline deadline) {
        Duration wait = timeFor(amount);
        Duration patience = deadline.remaining();
        return patience.isPositive() && wait.multipliedBy(MARGIN).compareTo(patience) > 0
                ? Optional.of(QueueFullException.tooLate(queue, wait, patience, MARGIN))
                : Optional.empty();
    }
}
