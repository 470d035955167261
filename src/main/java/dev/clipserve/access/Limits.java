package dev.clipserve.access;

import java.time.Duration;

/**
 * How much one caller may ask: a bucket of {@code burst} requests, which {@code requests} fill again in each
 * {@code period}, and so many at the same time.
 *
 * @param requests requests of one period in the long run; 0 for no limit
 * @param period the period
 * @param burst requests that may come at once after a pause
 * @param maxConcurrent requests that are under way at the same time; 0 for no limit
 */
public record Limits(int requests, Duration period, int burst, int maxConcurrent) {

    /** Every caller as much as they like. */
    public static final Limits NONE = new Limits(0, Duration.ofSeconds(1), 0, 0);

    /** Whether requests are counted over time. */
    public boolean isRated() {
        return requests > 0;
    }

    /** Whether requests under way are counted. */
    public boolean isConcurrencyBound() {
        return maxConcurrent > 0;
    }

    /** How long an empty bucket takes to be full. */
    public Duration refill() {
        return period.multipliedBy(burst).dividedBy(requests);
    }
}
