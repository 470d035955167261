package dev.clipserve.cli;

/** A command was called in a way that makes no sense; the message is for who typed it. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
