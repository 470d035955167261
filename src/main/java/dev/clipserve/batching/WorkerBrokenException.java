package dev.clipserve.batching;

/** What runs the items does not work, and could not be mended at once. It is tried again with what comes later. */
public final class WorkerBrokenException extends RuntimeException {

    WorkerBrokenException(String queue, Throwable cause) {
        super("What runs the " + queue + " queue does not work: " + cause.getMessage(), cause);
    }
}
