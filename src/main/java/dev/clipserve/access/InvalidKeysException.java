package dev.clipserve.access;

/** Keys are not written as they should be; the message says where and why, and never quotes what may be a key. */
public final class InvalidKeysException extends RuntimeException {

    InvalidKeysException(String fault) {
        super(fault);
    }

    InvalidKeysException(String fault, Throwable cause) {
        super(fault, cause);
    }

    /** The same fault, its message saying first where it is. */
    InvalidKeysException at(String place) {
        return new InvalidKeysException(place + ": " + getMessage(), this);
    }
}
