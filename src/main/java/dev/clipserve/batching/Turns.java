package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.LongStream;

/**
 * What is waiting, in the order of turns: a batch takes one item of each caller before a second of any, and of a
 * caller's submissions likewise. Guarded by its queue's lock.
 */
final class Turns<I, O> {

    /**
     * A caller may have up to so many times as many places as then are left to others. So one alone can have three
     * quarters, and whoever comes new finds a place, whatever the others have.
     */
    private static final int SHARE = 3;

    private final SequencedMap<String, CallerLine<I, O>> lines = new LinkedHashMap<>();

    /** Whether no item is waiting. */
    boolean isEmpty() {
        return lines.values().stream().allMatch(line -> line.waiting() == 0);
    }

    /** How many items are waiting. */
    int items() {
        return lines.values().stream().mapToInt(CallerLine::waiting).sum();
    }

    void add(Submission<I, O> submission, String caller) {
        line(caller).add(submission);
    }

    /** Keeps so many places more for a caller, or fewer. */
    void reserve(String caller, int more) {
        line(caller).reserve(more);
        dropIdle();
    }

    private CallerLine<I, O> line(String caller) {
        return lines.computeIfAbsent(caller, _ -> new CallerLine<>());
    }

    private void dropIdle() {
        lines.values().removeIf(line -> line.places() == 0);
    }

    /** Forgets the submissions that nobody waits for any more. */
    void dropAbandoned() {
        lines.values().forEach(CallerLine::dropAbandoned);
        dropIdle();
    }

    /** Whether a caller may have so much more. A queue without anything takes whatever comes. */
    boolean hasRoom(String caller, int items, long bytes, BatchPolicy policy) {
        if (lines.isEmpty()) {
            return true;
        }
        long ownItems = items;
        long ownBytes = bytes;
        long freeItems = policy.maxWaiting() - (long) items;
        long freeBytes = policy.maxWaitingBytes() - bytes;
        for (Map.Entry<String, CallerLine<I, O>> entry : lines.entrySet()) {
            // What an empty queue took at once may be more than anybody's share; it is not at the others' expense.
            long itemsOfLine = Math.min(entry.getValue().places(), most(policy.maxWaiting()));
            long bytesOfLine = Math.min(entry.getValue().bytes(), most(policy.maxWaitingBytes()));
            freeItems -= itemsOfLine;
            freeBytes -= bytesOfLine;
            if (entry.getKey().equals(caller)) {
                ownItems += itemsOfLine;
                ownBytes += bytesOfLine;
            }
        }
        return isFair(ownItems, freeItems) && isFair(ownBytes, freeBytes);
    }

    /** What a caller who is alone may have. */
    private static long most(long capacity) {
        return capacity - capacity / (SHARE + 1);
    }

    private static boolean isFair(long own, long free) {
        return (double) own / SHARE <= free;
    }

    /** How many items will run before the last of so many that a caller brings now. */
    long ahead(String caller, int items) {
        CallerLine<I, O> own = lines.get(caller);
        long ofCaller = own == null
                ? 0
                : Math.min(own.places(), (long) items * (own.submissions() + own.places() - own.waiting()));
        LongStream ofOthers = lines.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(caller))
                .mapToLong(entry -> entry.getValue().places());
        return DrainRate.ahead(ofCaller, items, ofOthers);
    }

    /** Up to {@code limit} items of one shape, the one whose turn it is; some item must be waiting. */
    List<Item<I, O>> take(int limit) {
        String first = lines.entrySet().stream()
                .filter(entry -> entry.getValue().waiting() > 0)
                .findFirst()
                .orElseThrow()
                .getKey();
        Object shape = line(first).nextShape();
        List<Item<I, O>> batch = new ArrayList<>();
        int before = -1;
        while (batch.size() < limit && batch.size() > before) {
            before = batch.size();
            takeRound(shape, limit, batch);
        }
        // The next batch begins with another caller.
        lines.putLast(first, line(first));
        dropIdle();
        return batch;
    }

    private void takeRound(Object shape, int limit, List<Item<I, O>> batch) {
        for (CallerLine<I, O> line : lines.values()) {
            if (batch.size() == limit) {
                return;
            }
            Optional<Item<I, O>> item = line.take(shape);
            item.ifPresent(batch::add);
        }
    }
}
