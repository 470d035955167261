package dev.clipserve.batching;

/**
 * The bounds of a queue and of its batches.
 *
 * @param maxBatch items of one batch
 * @param maxWaiting items that may wait; one submission of any size is always taken by an empty queue
 * @param maxWaitingBytes memory that waiting items may hold, with the same exception
 */
public record BatchPolicy(int maxBatch, int maxWaiting, long maxWaitingBytes) {

    public BatchPolicy {
        if (maxBatch < 1 || maxWaiting < 1 || maxWaitingBytes < 1) {
            throw new IllegalArgumentException(
                    "Bounds must be positive: " + maxBatch + ", " + maxWaiting + " and " + maxWaitingBytes + " bytes");
        }
    }
}
