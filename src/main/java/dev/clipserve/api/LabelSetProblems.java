package dev.clipserve.api;

import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetNotReadyException;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import java.time.Duration;

/** The problem of what can go wrong with a label set. */
final class LabelSetProblems {

    /** Stores are asked again about that soon; when one is back, nobody can know. */
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private LabelSetProblems() {}

    static ProblemException of(RuntimeException e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e) {
            case LabelSetNotReadyException notReady ->
                ProblemException.retryAfter(ProblemType.LABEL_SET_NOT_READY, detail, notReady.retryAfter());
            case InvalidLabelsException invalid -> new ProblemException(ProblemType.INVALID_LABELS, detail, e);
            case InvalidTemplatesException invalid -> new ProblemException(ProblemType.INVALID_TEMPLATES, detail, e);
            case LabelSetException away
            when away.reason() == LabelSetException.Reason.STORE_UNAVAILABLE ->
                ProblemException.retryAfter(ProblemType.LABEL_SET_STORE_UNAVAILABLE, detail, STORE_RETRY);
            case LabelSetException refused -> new ProblemException(type(refused.reason()), detail, e);
            default -> throw e;
        };
    }

    private static ProblemType type(LabelSetException.Reason reason) {
        return switch (reason) {
            case MALFORMED -> ProblemType.INVALID_REQUEST;
            case UNKNOWN -> ProblemType.UNKNOWN_LABEL_SET;
            case READ_ONLY -> ProblemType.LABEL_SET_DECLARED;
            case CHANGED -> ProblemType.PRECONDITION_FAILED;
            case TOO_MANY -> ProblemType.TOO_MANY_LABEL_SETS;
            case STORE_UNAVAILABLE -> ProblemType.LABEL_SET_STORE_UNAVAILABLE;
        };
    }
}
