package dev.clipserve.api;

import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetNotReadyException;
import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.InvalidTemplatesException;
import dev.clipserve.zeroshot.LabelLimits;
import java.time.Duration;
import java.util.function.Supplier;

/** The problem of what can go wrong with labels, their templates, and sets of them. */
final class LabelProblems {

    /** Stores are asked again about that soon; when one is back, nobody can know. */
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private LabelProblems() {}

    static ProblemException of(RuntimeException e) {
        String detail = String.valueOf(e.getMessage());
        return switch (e) {
            case LabelSetNotReadyException notReady ->
                ProblemException.retryAfter(ProblemType.LABEL_SET_NOT_READY, detail, notReady.retryAfter());
            case InvalidLabelsException invalid -> new ProblemException(ProblemType.INVALID_LABELS, detail, e);
            case InvalidTemplatesException invalid -> new ProblemException(ProblemType.INVALID_TEMPLATES, detail, e);
            case ReservedTokenException reserved ->
                new ProblemException(
                        ProblemType.RESERVED_TOKEN, detail + ": '" + LabelLimits.shorten(reserved.text()) + "'.", e);
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

    /**
     * Does what may refuse labels or templates where no handler makes problems of that.
     *
     * @throws ProblemException for labels, templates or prompts that are not as they should be
     */
    static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidLabelsException | InvalidTemplatesException | ReservedTokenException e) {
            throw of(e);
        }
    }
}
