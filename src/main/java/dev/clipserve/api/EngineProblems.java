package dev.clipserve.api;

import dev.clipserve.batching.UnprocessableItemException;
import dev.clipserve.batching.WorkerBrokenException;
import java.time.Duration;

/** The problems of running the model. The runtime's own words are for the log, not for the caller. */
final class EngineProblems {

    /** About how long sessions take to be opened anew. */
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    private EngineProblems() {}

    /** An item at which the model fails. */
    static ProblemException of(UnprocessableItemException e) {
        return new ProblemException(ProblemType.NOT_ENCODABLE, ProblemType.NOT_ENCODABLE.explanation(), e);
    }

    /** A model that does not work. */
    static ProblemException of(WorkerBrokenException e) {
        return ProblemException.retryAfter(
                ProblemType.MODEL_UNAVAILABLE, ProblemType.MODEL_UNAVAILABLE.explanation(), A_WHILE);
    }
}
