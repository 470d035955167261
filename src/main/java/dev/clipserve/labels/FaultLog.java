package dev.clipserve.labels;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;

/**
 * Tells the log what a store fails at, with the details and places that are not for callers: once, until something
 * works again. Safe for concurrent use.
 */
public final class FaultLog {

    private final Logger log;
    private final AtomicReference<String> told = new AtomicReference<>("");

    /** One that has told nothing yet. */
    public FaultLog(Logger log) {
        this.log = log;
    }

    /** Something failed. */
    public void failed(String fault) {
        if (!fault.equals(told.getAndSet(fault))) {
            log.error("{}", fault);
        }
    }

    /** Something worked. */
    public void worked() {
        told.set("");
    }
}
