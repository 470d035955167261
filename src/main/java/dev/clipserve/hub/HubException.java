package dev.clipserve.hub;

/** A model cannot be had; the message says which and why, the remedy what to do about it. */
public final class HubException extends RuntimeException {

    /** What kind of fault it is. */
    public enum Reason {
        /** What was asked for is no name of a model. */
        NAME,
        /** The hub, or the cache, does not have it. */
        NOT_FOUND,
        /** The hub does not give it to whoever asks. */
        DENIED,
        /** The hub cannot be reached, or does not manage to answer. */
        AWAY,
        /** What came, or what is here, is not what the hub's own checksums say. */
        DAMAGED,
        /** It is there, but nothing that can be served. */
        UNUSABLE,
        /** It is larger than allowed, or than the disk. */
        TOO_LARGE,
        /** The cache cannot be written or read. */
        STORAGE
    }

    private final Reason reason;
    private final String remedy;

    HubException(Reason reason, String message, String remedy) {
        super(message);
        this.reason = reason;
        this.remedy = remedy;
    }

    HubException(Reason reason, String message, String remedy, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.remedy = remedy;
    }

    /** What kind of fault it is. */
    public Reason reason() {
        return reason;
    }

    /** What to do, in a sentence or two. */
    public String remedy() {
        return remedy;
    }
}
