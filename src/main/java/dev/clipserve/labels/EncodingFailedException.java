package dev.clipserve.labels;

/** A set could not be encoded; the message is for the caller. */
final class EncodingFailedException extends RuntimeException {

    EncodingFailedException(String message) {
        super(message);
    }
}
