package dev.clipserve.fetch;

import org.jspecify.annotations.Nullable;

/** An image cannot be had from its URL; the message is for the caller, and tells nothing of the network in here. */
public final class FetchException extends RuntimeException {

    /** Why not. */
    public enum Reason {
        /** The URL is not one that may be fetched. */
        NOT_ALLOWED,
        /** The host does not give it. */
        FAILED,
        /** It has more bytes than are allowed. */
        TOO_LARGE,
        /** Too many others are being fetched. */
        BUSY,
        /** The request's own time is over. */
        LATE
    }

    private final Reason reason;

    FetchException(Reason reason, String message) {
        this(reason, message, null);
    }

    FetchException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }

    static FetchException notAllowed(String message) {
        return new FetchException(Reason.NOT_ALLOWED, message);
    }

    /** One message for hosts that are not listed, not known or not public, or it would tell which names there are. */
    static FetchException hostNotAllowed() {
        return notAllowed("This service may not fetch from this host: it must be on the service's list of hosts, with"
                + " this port, and have public addresses only.");
    }

    static FetchException failed(String message) {
        return new FetchException(Reason.FAILED, message);
    }
}
