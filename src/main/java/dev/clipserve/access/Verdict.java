package dev.clipserve.access;

import java.time.Duration;
import java.util.Optional;

/** Whether a request is let in. */
public sealed interface Verdict {

    /** What the caller has left of the rate limit; empty where there is none. */
    Optional<Quota> quota();

    /**
     * What a caller has left of the rate limit.
     *
     * @param remaining requests that may come at once
     * @param reset until all may come at once again
     */
    record Quota(long remaining, Duration reset) {}

    /**
     * It is.
     *
     * @param caller what its limits go by: a key, or an address
     * @param leave to be run once when it is answered
     */
    record Admitted(Optional<Quota> quota, String caller, Runnable leave) implements Verdict {}

    /**
     * It is not.
     *
     * @param pause when to come again; zero where that does not help
     */
    record Refused(Optional<Quota> quota, Refusal reason, Duration pause) implements Verdict {}
}
