package dev.clipserve.batching;

import dev.clipserve.batching.Submission.Item;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's thread does: it runs batch after batch, until there are no more, or until it is relieved because a
 * run does not end.
 *
 * <p>A batch that fails is halved and run again, down to the single item; if that fails alone, the worker examines
 * itself, and if it is sound, the item is refused.
 */
final class Shift<I, O> implements Runnable {

    /** TensorRT builds engines for minutes; a GPU that is gone may never answer. */
    private static final Duration LONGEST_OPENING = Duration.ofMinutes(15);

    private final WaitingRoom<I, O> room;
    private final BatchWorker<I, O> worker;
    private final BatchMeters meters;

    // Touched by this shift's thread only, and by who relieves it: the run under way decides who goes on.
    private final Deque<Piece<I, O>> todo = new ArrayDeque<>();
    private int taken;
    private final AtomicReference<@Nullable Attempt<I, O>> current = new AtomicReference<>();
    private volatile boolean over;

    /**
     * A run that is under way, examination included.
     *
     * @param opening how long the worker had been opening what it works with before
     */
    private record Attempt<I, O>(Piece<I, O> piece, long start, Duration opening) {}

    /** What becomes of a piece. */
    private sealed interface Outcome<O> {

        record Done<O>(List<O> outputs) implements Outcome<O> {}

        record Halved<O>() implements Outcome<O> {}

        record Again<O>() implements Outcome<O> {}

        record Refused<O>(RuntimeException cause) implements Outcome<O> {}
    }

    /** A shift that begins with what waits. */
    Shift(WaitingRoom<I, O> room, BatchWorker<I, O> worker, BatchMeters meters) {
        this.room = room;
        this.worker = worker;
        this.meters = meters;
    }

    /** Another that goes on in this one's place. */
    private Shift<I, O> followedBy(BatchWorker<I, O> next) {
        var follower = new Shift<>(room, next, meters);
        follower.todo.addAll(todo);
        follower.taken = taken;
        return follower;
    }

    @Override
    public void run() {
        do {
            while (!todo.isEmpty()) {
                if (!attempt(todo.removeFirst().wanted())) {
                    return;
                }
            }
        } while (takesBatch());
        over = true;
    }

    private boolean takesBatch() {
        List<Item<I, O>> batch = room.nextBatch(taken);
        taken = batch.size();
        if (batch.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        for (Item<I, O> item : batch) {
            meters.waited(item.waitedNanos(now));
            item.begin();
        }
        todo.addLast(new Piece<>(batch, 0));
        return true;
    }

    /** Runs a piece; false if somebody else goes on, because it took too long. */
    private boolean attempt(Piece<I, O> piece) {
        if (piece.items().isEmpty()) {
            return true;
        }
        var attempt = new Attempt<>(piece, System.nanoTime(), worker.spentOpening());
        current.set(attempt);
        Outcome<O> outcome = outcome(piece);
        if (!current.compareAndSet(attempt, null)) {
            return false;
        }
        long nanos = System.nanoTime() - attempt.start();
        meters.ran(nanos, piece.items().size());
        switch (outcome) {
            case Outcome.Done(var outputs) -> {
                room.finished(outputs.size(), nanos);
                piece.complete(outputs);
            }
            case Outcome.Halved() -> piece.halves().reversed().forEach(todo::addFirst);
            case Outcome.Again() -> piece.singles().forEach(todo::addFirst);
            case Outcome.Refused(var cause) -> {
                meters.failed(cause);
                piece.fail(cause);
            }
        }
        return true;
    }

    private Outcome<O> outcome(Piece<I, O> piece) {
        try {
            List<O> outputs = worker.run(piece.inputs());
            if (outputs.size() != piece.items().size()) {
                throw new IllegalStateException(
                        outputs.size() + " outputs for " + piece.items().size() + " inputs");
            }
            return new Outcome.Done<>(outputs);
        } catch (RuntimeException | Error e) {
            return piece.isAlone() ? examined(piece, e) : new Outcome.Halved<>();
        }
    }

    private Outcome<O> examined(Piece<I, O> piece, Throwable failure) {
        try {
            return switch (worker.examine()) {
                case SOUND -> refused(failure);
                // What breaks a worker that was just mended would break the next one, too.
                case MENDED -> piece.failures() == 0 ? new Outcome.Again<>() : refused(failure);
            };
        } catch (RuntimeException | Error broken) {
            // What is kept to be thrown each time cannot be told to suppress itself: that would be thrown in its place.
            if (!broken.equals(failure)) {
                broken.addSuppressed(failure);
            }
            return new Outcome.Refused<>(new WorkerBrokenException(meters.queue(), broken));
        }
    }

    private static <O> Outcome<O> refused(Throwable failure) {
        return new Outcome.Refused<>(
                new UnprocessableItemException("An item failed by itself: " + failure.getMessage(), failure));
    }

    /** Whether all is done. */
    boolean isOver() {
        return over;
    }

    /** How many items are in a run that has been under way for longer than this; empty if there is none. */
    Optional<Integer> overdue(long now, Duration limit) {
        Attempt<I, O> attempt = current.get();
        return attempt != null && now - attempt.start() - opening(attempt).toNanos() > limit.toNanos()
                ? Optional.of(attempt.piece().items().size())
                : Optional.empty();
    }

    /** What opening took of an attempt, and is not held against it, unless it does not end either. */
    private Duration opening(Attempt<I, O> attempt) {
        Duration opening = worker.spentOpening().minus(attempt.opening());
        return opening.compareTo(LONGEST_OPENING) < 0 ? opening : LONGEST_OPENING;
    }

    /**
     * Another shift that goes on with a worker of its own, without the items that hung twice; empty if the run has
     * ended meanwhile. This shift ends when its run does, and nothing comes of that.
     */
    Optional<Shift<I, O>> relieve(Duration limit) {
        Attempt<I, O> attempt = current.get();
        if (attempt == null) {
            return Optional.empty();
        }
        // First: where there is no memory for it, the next look finds the run under way, and tries again.
        BatchWorker<I, O> next = worker.replacement();
        if (!current.compareAndSet(attempt, null)) {
            return Optional.empty();
        }
        Piece<I, O> hung = attempt.piece();
        if (hung.failures() > 0) {
            var late = new TimeoutException("The run did not end within " + limit.toMillis() + " ms");
            var cause = new UnprocessableItemException("An item has hung twice", late);
            meters.failed(cause);
            hung.fail(cause);
        } else {
            hung.singles().reversed().forEach(todo::addFirst);
        }
        return Optional.of(followedBy(next));
    }

    /** Another shift with the same worker, to go on where a thread died. */
    Shift<I, O> continued() {
        return followedBy(worker);
    }
}
