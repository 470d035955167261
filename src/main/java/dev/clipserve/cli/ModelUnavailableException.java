package dev.clipserve.cli;

/** A model cannot be loaded; the message says which and why. */
public final class ModelUnavailableException extends RuntimeException {

    public ModelUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
