package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * What one caller has in a queue: submissions with items waiting, in the order of their turns, and places that are kept
 * for items which are still being prepared. Guarded by its queue's lock.
 */
final class CallerLine<I, O> {

    // INVARIANT: waiting and bytes are the sums over the submissions, each of which has an item waiting.
    private final Deque<Submission<I, O>> submissions = new ArrayDeque<>();
    private int waiting;
    private long bytes;
    private int reserved;

    void add(Submission<I, O> submission) {
        submissions.addLast(submission);
        waiting += submission.waiting();
        bytes += submission.waitingBytes();
    }

    /** Keeps so many places more, or fewer. */
    void reserve(int more) {
        reserved += more;
    }

    /** How many items are waiting. */
    int waiting() {
        return waiting;
    }

    /** How much memory they hold. */
    long bytes() {
        return bytes;
    }

    /** How many places are taken or kept. */
    int places() {
        return waiting + reserved;
    }

    /** How many submissions have items waiting. */
    int submissions() {
        return submissions.size();
    }

    /** The shape whose turn it is; some item must be waiting. */
    Object nextShape() {
        return submissions.getFirst().nextShape();
    }

    /** An item of this shape, of the submission whose turn it is; then it is the others' turn. */
    Optional<Item<I, O>> take(Object shape) {
        for (Iterator<Submission<I, O>> round = submissions.iterator(); round.hasNext(); ) {
            Submission<I, O> submission = round.next();
            if (submission.has(shape)) {
                round.remove();
                return Optional.of(take(submission, shape));
            }
        }
        return Optional.empty();
    }

    private Item<I, O> take(Submission<I, O> submission, Object shape) {
        long before = submission.waitingBytes();
        Item<I, O> item = submission.take(shape);
        waiting--;
        bytes -= before - submission.waitingBytes();
        if (submission.waiting() > 0) {
            submissions.addLast(submission);
        }
        return item;
    }

    /** Forgets the submissions that nobody waits for any more. */
    void dropAbandoned() {
        submissions.removeIf(submission -> {
            boolean abandoned = submission.abandoned();
            if (abandoned) {
                waiting -= submission.waiting();
                bytes -= submission.waitingBytes();
            }
            return abandoned;
        });
    }
}
