package dev.clipserve.labels;

import java.time.Duration;

/**
 * How label sets are kept.
 *
 * @param maxSets sets that may be stored
 * @param maxMemory bytes of embeddings that are kept in memory
 * @param patience how long who needs a set waits until it is encoded
 * @param refresh how often a shared store is asked what others have changed
 */
public record LabelSetSettings(int maxSets, long maxMemory, Duration patience, Duration refresh) {}
