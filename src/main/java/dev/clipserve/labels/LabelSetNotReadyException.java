package dev.clipserve.labels;

import java.time.Duration;

/** A set is still being encoded, or could not be; the message is for the caller, who may come back later. */
public final class LabelSetNotReadyException extends RuntimeException {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Duration retryAfter;

    private LabelSetNotReadyException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    static LabelSetNotReadyException of(LabelSetStatus status) {
        EncodingProgress progress = status.progress();
        String what = "Label set '" + status.name() + "' is not encoded for model '" + status.model() + "'";
        return progress.error()
                .map(error -> new LabelSetNotReadyException(
                        what + ", because that failed: " + error + ".", EncodingAttempt.FAILURE_KEPT))
                .orElseGet(() -> new LabelSetNotReadyException(
                        what + " yet: " + progress.done() + " of " + progress.total() + " prompts are done.", SOON));
    }

    /** When it may be worth asking again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
