package dev.clipserve.labels;

/** What was asked of a label set cannot be done; the message is for the caller. */
public final class LabelSetException extends RuntimeException {

    /** Why, for those who have to tell the cases apart. */
    public enum Reason {
        /** A definition is not built as one, or has a name that is none. */
        MALFORMED,
        /** There is no set of this name. */
        UNKNOWN,
        /** The set is declared in a file or ships with the service. */
        READ_ONLY,
        /** The set is not in the state that the caller expects. */
        CHANGED,
        /** There are as many sets as are allowed. */
        TOO_MANY,
        /** The store cannot be reached, read or written. */
        STORE_UNAVAILABLE
    }

    private final Reason reason;

    public LabelSetException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public LabelSetException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The store cannot do its part at the moment. */
    public static LabelSetException storeUnavailable(String what, Throwable cause) {
        return new LabelSetException(
                Reason.STORE_UNAVAILABLE, "The store of label sets " + what + ": " + cause.getMessage(), cause);
    }
}
