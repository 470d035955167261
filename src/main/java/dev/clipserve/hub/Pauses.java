package dev.clipserve.hub;

import java.time.Duration;

/** How a while is waited. */
@FunctionalInterface
public interface Pauses {

    /** Waits so long. */
    void pause(Duration time) throws InterruptedException;

    /** Lets the thread sleep. */
    Pauses SLEEP = Thread::sleep;
}
