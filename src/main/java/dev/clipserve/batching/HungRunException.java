package dev.clipserve.batching;

import java.time.Duration;

/** A run did not end in the time that it may take. */
final class HungRunException extends RuntimeException {

    HungRunException(Duration limit) {
        super("The run did not end within " + limit.toMillis() + " ms");
    }
}
