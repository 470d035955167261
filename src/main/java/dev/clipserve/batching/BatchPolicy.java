package dev.clipserve.batching;

import java.time.Duration;

/**
 * The bounds of a queue, of its batches and of their runs.
 *
 * @param maxBatch items of one batch
 * @param maxWaiting items that may wait; one submission of any size is always taken by an empty queue
 * @param maxWaitingBytes memory that waiting items may hold, with the same exception
 * @param maxDelay how long a batch may wait for items that are announced; zero for not at all
 * @param maxRun how long a run may take before it is given up as hung
 */
public record BatchPolicy(int maxBatch, int maxWaiting, long maxWaitingBytes, Duration maxDelay, Duration maxRun) {

    private static final Duration USUAL_MAX_RUN = Duration.ofSeconds(15);

    public BatchPolicy {
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("A batch cannot wait for " + maxDelay);
        }
        if (!maxRun.isPositive()) {
            throw new IllegalArgumentException("A run cannot take " + maxRun);
        }
        if (maxBatch < 1 || maxWaiting < 1 || maxWaitingBytes < 1) {
            throw new IllegalArgumentException(
                    "Bounds must be positive: " + maxBatch + ", " + maxWaiting + " and " + maxWaitingBytes + " bytes");
        }
    }

    /** Bounds with the usual time for a run. */
    public BatchPolicy(int maxBatch, int maxWaiting, long maxWaitingBytes, Duration maxDelay) {
        this(maxBatch, maxWaiting, maxWaitingBytes, maxDelay, USUAL_MAX_RUN);
    }
}
