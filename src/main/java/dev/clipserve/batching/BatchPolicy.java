package dev.clipserve.batching;

import java.time.Duration;

/**
 * The bounds of a queue and of its batches.
 *
 * @param maxBatch items of one batch
 * @param maxWaiting items that may wait; one submission of any size is always taken by an empty queue
 * @param maxWaitingBytes memory that waiting items may hold, with the same exception
 * @param maxDelay how long a batch may wait for items that are announced; zero for not at all
 */
public record BatchPolicy(int maxBatch, int maxWaiting, long maxWaitingBytes, Duration maxDelay) {

    public BatchPolicy {
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("A batch cannot wait for " + maxDelay);
        }
        if (maxBatch < 1 || maxWaiting < 1 || maxWaitingBytes < 1) {
            throw new IllegalArgumentException(
                    "Bounds must be positive: " + maxBatch + ", " + maxWaiting + " and " + maxWaitingBytes + " bytes");
        }
    }
}
