package dev.clipserve.cli.benchmark;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts and times of a load; of requests that were due during the warm-up, nothing. Safe for concurrent use. */
public final class Measurement {

    static final double NANOS_PER_SECOND = 1e9;

    /** Digits of a time that are kept. */
    private static final int DIGITS = 3;

    private final long start;
    private final long counted;
    private final long end;
    private final Histogram micros = new Histogram(DIGITS);
    private final Map<String, Long> failures = new TreeMap<>();
    private long last;

    /** A load that begins at {@code start}, by {@link System#nanoTime}. */
    Measurement(long start, Duration warmUp, Duration duration) {
        this.start = start;
        this.counted = start + warmUp.toNanos();
        this.end = counted + duration.toNanos();
        this.last = counted;
    }

    long start() {
        return start;
    }

    /** Whether requests are still sent at this time. */
    boolean lasts(long now) {
        return now - end < 0;
    }

    /**
     * Counts a request.
     *
     * @param since when it was due
     * @param outcome {@link Target#OK}, or what failed
     */
    synchronized void record(long since, long answered, String outcome) {
        if (since - counted < 0) {
            return;
        }
        last = Math.max(last, answered);
        if (outcome.equals(Target.OK)) {
            micros.recordValue(TimeUnit.NANOSECONDS.toMicros(answered - since));
        } else {
            failures.merge(outcome, 1L, Long::sum);
        }
    }

    /** Requests that went well. */
    public synchronized long succeeded() {
        return micros.getTotalCount();
    }

    /** Requests that did not, by what failed. */
    public synchronized NavigableMap<String, Long> failures() {
        return new TreeMap<>(failures);
    }

    /** Requests that did not go well. */
    public long failed() {
        return failures().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Requests a second that went well, from the end of the warm-up to the last answer. */
    public synchronized double perSecond() {
        return last == counted ? 0 : succeeded() * NANOS_PER_SECOND / (last - counted);
    }

    /** The time, in milliseconds, within which this percentage of the requests that went well were answered. */
    public synchronized double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    /** The mean time in milliseconds. */
    public synchronized double meanMillis() {
        return micros.getTotalCount() == 0 ? 0 : micros.getMean() / 1e3;
    }
}
