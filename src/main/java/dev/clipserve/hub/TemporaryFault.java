package dev.clipserve.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The hub did not manage to answer; it may the next time. */
final class TemporaryFault extends IOException {

    private final transient Optional<Duration> wait;

    /**
     * A fault.
     *
     * @param wait how long the hub asks to leave it alone
     */
    TemporaryFault(String message, Optional<Duration> wait) {
        super(message);
        this.wait = wait;
    }

    Optional<Duration> retryAfter() {
        return wait;
    }
}
