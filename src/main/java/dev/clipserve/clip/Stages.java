package dev.clipserve.clip;

import java.util.function.Supplier;

/** Somebody who wants to know how long the stages of a call take. */
public interface Stages {

    /** Nobody. */
    Stages UNTIMED = new Stages() {
        @Override
        public <T> T time(String stage, Supplier<T> work) {
            return work.get();
        }
    };

    /** Does the work of a stage, on the caller's thread. */
    <T> T time(String stage, Supplier<T> work);
}
