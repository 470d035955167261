package dev.clipserve.cli;

/** A setting of the environment or of {@code application.yaml} is wrong; the message names it. */
public final class InvalidSettingException extends RuntimeException {

    public InvalidSettingException(String message, Throwable cause) {
        super(message, cause);
    }
}
