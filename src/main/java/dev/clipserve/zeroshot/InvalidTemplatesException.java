package dev.clipserve.zeroshot;

/** Templates are not as {@link TemplateRules} want them; the message is for the caller. */
public final class InvalidTemplatesException extends RuntimeException {

    public InvalidTemplatesException(String message) {
        super(message);
    }
}
