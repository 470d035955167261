package dev.clipserve.clip;

import java.util.function.Supplier;

/** Somebody who wants to know how long the stages of a call take, and when what they wait for begins. */
public interface Stages {

    /** Nobody. */
    Stages UNTIMED = new Stages() {
        @Override
        public <T> T time(String stage, Supplier<T> work) {
            return work.get();
        }

        @Override
        public Runnable begun() {
            return () -> {};
        }
    };

    /** Does the work of a stage, on the caller's thread. */
    <T> T time(String stage, Supplier<T> work);

    /** What to call, on whatever thread, when what the current stage waits for begins to run. */
    Runnable begun();
}
