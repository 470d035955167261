package dev.clipserve.cli.evaluate;

/** What was given to be evaluated cannot be; the message names the folder, or the file and its line, and the fault. */
public final class InvalidDataException extends RuntimeException {

    InvalidDataException(String message) {
        super(message);
    }

    InvalidDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
