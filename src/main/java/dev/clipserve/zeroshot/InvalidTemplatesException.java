package dev.clipserve.zeroshot;

/** Templates are not as {@link TemplateLimits} want them; the message is for the caller. */
public final class InvalidTemplatesException extends RuntimeException {

    public InvalidTemplatesException(String message) {
        super(message);
    }
}
