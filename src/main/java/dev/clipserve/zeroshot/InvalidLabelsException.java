package dev.clipserve.zeroshot;

/** Labels are not as {@link LabelLimits} want them; the message is for the caller. */
public final class InvalidLabelsException extends RuntimeException {

    public InvalidLabelsException(String message) {
        super(message);
    }
}
