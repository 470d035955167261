package dev.clipserve.image;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.DrainRate;
import dev.clipserve.batching.QueueFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The images that wait to be decoded, for a turn and for memory. Callers take turns, so that somebody with one image is
 * not behind somebody's hundred; of one caller, first come, first served. Nobody overtakes whose turn it is, or large
 * images would wait for ever. All of it under one lock; whatever makes room tells which jobs begin now.
 */
final class DecodeLine {

    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<String, Deque<DecodeJob<?>>> lines = new LinkedHashMap<>();
    private final Set<DecodeJob<?>> underWay = new HashSet<>();
    private final DrainRate rate;
    private final int turns;
    private int freeUnits;

    /** A line without anybody in it. */
    DecodeLine(int turns, int units) {
        this.turns = turns;
        this.freeUnits = units;
        this.rate = new DrainRate("decode", turns);
    }

    /**
     * A job comes.
     *
     * @throws QueueFullException if it would have to wait for too long
     */
    List<DecodeJob<?>> enter(DecodeJob<?> job, Deadline deadline) {
        return locked(() -> {
            dropAbandoned();
            if (!lines.isEmpty()) {
                rate.refusal(cost(underWay) + ahead(job, deadline.caller()) + job.cost(), deadline)
                        .ifPresent(refusal -> {
                            throw refusal;
                        });
            }
            lines.computeIfAbsent(deadline.caller(), _ -> new ArrayDeque<>()).addLast(job);
            return begin();
        });
    }

    /** What is decoded between what is under way and a job that comes now. */
    private long ahead(DecodeJob<?> job, String caller) {
        long own = cost(lines.getOrDefault(caller, new ArrayDeque<>()));
        LongStream others = lines.entrySet().stream()
                .filter(line -> !line.getKey().equals(caller))
                .mapToLong(line -> cost(line.getValue()));
        return DrainRate.ahead(own, job.cost(), others);
    }

    private static long cost(Iterable<DecodeJob<?>> jobs) {
        long cost = 0;
        for (DecodeJob<?> job : jobs) {
            cost += job.cost();
        }
        return cost;
    }

    /** Nobody waits for a job any more, which has not begun; others may need less. */
    List<DecodeJob<?>> leave() {
        return locked(this::begin);
    }

    /** A job hangs: its turn is another's. */
    List<DecodeJob<?>> giveUp(DecodeJob<?> job) {
        return locked(() -> {
            underWay.remove(job);
            return begin();
        });
    }

    /** A job is done, after so many nanoseconds. */
    List<DecodeJob<?>> done(DecodeJob<?> job, long nanos) {
        return locked(() -> {
            underWay.remove(job);
            freeUnits += job.units();
            rate.finished(job.cost(), nanos);
            return begin();
        });
    }

    /** How many images wait. */
    int waiting() {
        return locked(() -> {
            dropAbandoned();
            return lines.values().stream().mapToInt(Deque::size).sum();
        });
    }

    private void dropAbandoned() {
        lines.values().forEach(line -> line.removeIf(job -> !job.isWaiting()));
        lines.values().removeIf(Deque::isEmpty);
    }

    /** Gives their turn to those who are next, as long as there is room. */
    private List<DecodeJob<?>> begin() {
        dropAbandoned();
        List<DecodeJob<?>> begun = new ArrayList<>();
        while (underWay.size() < turns && !lines.isEmpty()) {
            var line = lines.firstEntry();
            DecodeJob<?> next = line.getValue().getFirst();
            if (next.units() > freeUnits) {
                break;
            }
            line.getValue().removeFirst();
            if (next.turn().complete(null)) {
                freeUnits -= next.units();
                underWay.add(next);
                begun.add(next);
                lines.putLast(line.getKey(), line.getValue());
            }
            lines.values().removeIf(Deque::isEmpty);
        }
        return begun;
    }

    private <T> T locked(Supplier<T> change) {
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }
}
