package dev.clipserve.cli.benchmark;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How requests follow each other. */
public sealed interface Load {

    /**
     * So many callers, each of whom asks again when it has its answer. A service that stalls is asked less meanwhile,
     * so the times look better than those of callers who come by themselves.
     */
    record Closed(int callers) implements Load {}

    /**
     * So many requests a second, whatever becomes of those before. Times count from the moment when a request was due,
     * also where it was sent late because too many were open: nothing that a caller waits for is left out.
     */
    record Open(double perSecond) implements Load {}

    /** Requests that may be open at the same time in an open loop. */
    int MAX_OPEN = 2_000;

    /**
     * Asks for a while, and waits for the last answer.
     *
     * @param warmUp asked before, and not counted
     */
    default Measurement run(Target target, Duration warmUp, Duration duration) throws InterruptedException {
        var measurement = new Measurement(System.nanoTime(), warmUp, duration);
        switch (this) {
            case Closed(int callers) -> closed(target, measurement, callers);
            case Open(double perSecond) -> open(target, measurement, perSecond);
        }
        return measurement;
    }

    private static void closed(Target target, Measurement measurement, int callers) {
        var number = new AtomicLong();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                threads.execute(() -> {
                    for (long now = System.nanoTime(); measurement.lasts(now); now = System.nanoTime()) {
                        ask(target, measurement, number.getAndIncrement(), now);
                    }
                });
            }
        }
    }

    private static void open(Target target, Measurement measurement, double perSecond) throws InterruptedException {
        var room = new Semaphore(MAX_OPEN);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long number = 0; measurement.lasts(due(measurement, number, perSecond)); number++) {
                long due = due(measurement, number, perSecond);
                long request = number;
                sleepUntil(due);
                room.acquire();
                threads.execute(() -> {
                    try {
                        ask(target, measurement, request, due);
                    } finally {
                        room.release();
                    }
                });
            }
        }
    }

    private static long due(Measurement measurement, long number, double perSecond) {
        return measurement.start() + (long) (number * Measurement.NANOS_PER_SECOND / perSecond);
    }

    private static void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void ask(Target target, Measurement measurement, long number, long since) {
        try {
            String outcome = target.ask(number);
            measurement.record(since, System.nanoTime(), outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
