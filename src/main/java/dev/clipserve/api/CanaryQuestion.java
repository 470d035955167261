package dev.clipserve.api;

import java.util.Optional;

/** A question to a model, of which the answer is known. */
interface CanaryQuestion {

    /**
     * What came of it.
     *
     * @param name what health calls the value
     */
    record Finding(boolean right, String name, String value) {}

    /** The model's name. */
    String model();

    /** What comes of it now; empty if the model was too busy to be asked, which says nothing of it. */
    Optional<Finding> ask();

    /** The model was wrong and is right again: what it has computed meanwhile must not be told any more. */
    void recover();
}
