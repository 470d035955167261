package dev.clipserve.batching;

import java.time.Duration;
import java.util.List;

/** What runs batches; a batcher calls it on one thread at a time. */
@FunctionalInterface
public interface BatchWorker<I, O> {

    /** An output for each input, in their order. */
    List<O> run(List<I> batch);

    /**
     * Told that an item failed that ran alone: looks for who is at fault, and mends itself if it is the worker.
     *
     * @throws RuntimeException if it does not work and cannot be mended now
     */
    default Condition examine() {
        return Condition.SOUND;
    }

    /**
     * How long it has been opening what it works with, in all, the opening that is under way included: minutes,
     * perhaps, which do not count for a run. May be called by any thread.
     */
    default Duration spentOpening() {
        return Duration.ZERO;
    }

    /**
     * A worker to go on with when a run of this one does not end; shares nothing with it that the run may still use.
     */
    default BatchWorker<I, O> replacement() {
        return this;
    }

    /** What a worker finds when it examines itself. */
    enum Condition {
        /** It works, so what failed is the item. */
        SOUND,
        /** It did not work, and does again. */
        MENDED
    }
}
