package dev.clipserve.image;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work on one image. It waits for its turn; then it is done, unless whoever wanted it has given it up.
 *
 * @param units memory that it needs
 * @param turn completes when its turn has come; whoever completes it before has given the work up
 * @param result completes when the work is done
 */
record DecodeJob<T>(int units, Supplier<T> work, CompletableFuture<Void> turn, CompletableFuture<T> result) {

    /** What an image costs, in units of memory, beside its pixels: threads, headers. */
    private static final int UNITS_OF_ANY = 64;

    /** Work that nobody has begun. */
    DecodeJob(int units, Supplier<T> work) {
        this(units, work, new CompletableFuture<>(), new CompletableFuture<>());
    }

    /** How much work it is, for estimates: memory, and what any image takes. */
    long cost() {
        return (long) units + UNITS_OF_ANY;
    }

    /** Whether it still waits for its turn, and somebody for it. */
    boolean isWaiting() {
        return !turn.isDone();
    }

    /** Does the work. */
    void run() {
        try {
            result.complete(work.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }
}
