package dev.clipserve.batching;

/**
 * The bounds of a queue and of its batches.
 *
 * @param maxBatch items of one batch
 * @param maxWaiting items that may wait; one submission of any size is always taken by an empty queue
 */
public record BatchPolicy(int maxBatch, int maxWaiting) {

    public BatchPolicy {
        if (maxBatch < 1 || maxWaiting < 1) {
            throw new IllegalArgumentException("Bounds must be positive: " + maxBatch + " and " + maxWaiting);
        }
    }
}
