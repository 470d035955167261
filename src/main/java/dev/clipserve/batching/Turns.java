package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The submissions that have items waiting, in the order of their turns: a batch takes one item of each before a second
 * of any. Guarded by its batcher's lock.
 */
final class Turns<I, O> {

    // INVARIANT: items and bytes are the sums over the submissions, each of which has an item waiting.
    private final Deque<Submission<I, O>> submissions = new ArrayDeque<>();
    private int items;
    private long bytes;

    boolean isEmpty() {
        return submissions.isEmpty();
    }

    /** How many items are waiting. */
    int items() {
        return items;
    }

    /** How much memory they hold. */
    long bytes() {
        return bytes;
    }

    void add(Submission<I, O> submission) {
        submissions.add(submission);
        items += submission.waiting();
        bytes += submission.waitingBytes();
    }

    /** Forgets the submissions that nobody waits for any more. */
    void dropAbandoned() {
        submissions.removeIf(submission -> {
            boolean abandoned = submission.abandoned();
            if (abandoned) {
                items -= submission.waiting();
                bytes -= submission.waitingBytes();
            }
            return abandoned;
        });
    }

    /** Up to {@code limit} items of one shape, the one that the first submission asks for. */
    List<Item<I, O>> take(int limit) {
        Submission<I, O> first = submissions.getFirst();
        Object shape = first.nextShape();
        List<Item<I, O>> batch = new ArrayList<>();
        int before = -1;
        while (batch.size() < limit && batch.size() > before) {
            before = batch.size();
            takeRound(shape, limit, batch);
        }
        if (submissions.peekFirst() == first) {
            submissions.addLast(submissions.removeFirst());
        }
        return batch;
    }

    private void takeRound(Object shape, int limit, List<Item<I, O>> batch) {
        Iterator<Submission<I, O>> round = submissions.iterator();
        while (round.hasNext() && batch.size() < limit) {
            Submission<I, O> submission = round.next();
            if (submission.has(shape)) {
                takeOne(submission, shape, batch);
                if (submission.waiting() == 0) {
                    round.remove();
                }
            }
        }
    }

    private void takeOne(Submission<I, O> submission, Object shape, List<Item<I, O>> batch) {
        long before = submission.waitingBytes();
        batch.add(submission.take(shape));
        items--;
        bytes -= before - submission.waitingBytes();
    }
}
