package dev.clipserve.batching;

/** An item fails by itself: it ran alone, and what ran it is sound. Others are not concerned. */
public final class UnprocessableItemException extends RuntimeException {

    UnprocessableItemException(String message, Throwable cause) {
        super(message, cause);
    }
}
