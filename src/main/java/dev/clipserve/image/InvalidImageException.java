package dev.clipserve.image;

/**
 * The bytes cannot be used as an image; the message says what was wrong and what is allowed, fit for the caller to
 * read.
 */
public final class InvalidImageException extends RuntimeException {

    /** What is wrong with the image; each reason is a different thing for the caller to do. */
    public enum Reason {
        /** There are no bytes. */
        EMPTY,
        /** The bytes are of no image format that is known at all. */
        NOT_AN_IMAGE,
        /** The format is known but there is no decoder for it, or it is switched off. */
        UNSUPPORTED_FORMAT,
        /** The format is right, the content is broken or cut short. */
        CORRUPT,
        /** The header announces more pixels, or more memory, than the limit. */
        TOO_MANY_PIXELS,
        /** There are more bytes than the limit. */
        TOO_MANY_BYTES,
        /** Decoding took longer than the limit and was cut off. */
        TOO_SLOW
    }

    private final Reason reason;

    public InvalidImageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public InvalidImageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
