package dev.clipserve.onnx;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one graph on one device, opened together. Given up, they take no more runs, and are closed when the
 * last one ends; a run that never ends keeps its memory.
 *
 * <p>On the processor there may be two: a wide one with many threads, for a run that is alone, and a narrow one for
 * runs that overlap. A GPU has one, which is both. Sessions have no state of their own, so any number of runs may share
 * one.
 */
final class Sessions {

    private final OnnxSession wide;
    private final OnnxSession narrow;
    private final Consumer<OnnxSession> placementCheck;
    private @Nullable Verdict placement;
    private int running;
    private boolean givenUp;

    /** What the check of the placement came to, which cannot be made twice: a profile ends once. */
    private record Verdict(@Nullable RuntimeException fault) {}

    private Sessions(OnnxSession wide, OnnxSession narrow, Consumer<OnnxSession> placementCheck) {
        this.wide = wide;
        this.narrow = narrow;
        this.placementCheck = placementCheck;
    }

    /**
     * One session that all runs share.
     *
     * @param placementCheck throws when the session did not run where it was meant to
     */
    static Sessions shared(OnnxSession session, Consumer<OnnxSession> placementCheck) {
        return new Sessions(session, session, placementCheck);
    }

    /** The processor's; it is what everything falls back to, so where they ran needs no check. */
    static Sessions processor(OnnxGraph graph, ExecutionProvider.Cpu cpu) {
        OnnxSession wide = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threadsAlone()));
        if (cpu.threads() == cpu.threadsAlone()) {
            return shared(wide, _ -> {});
        }
        try {
            var narrow = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threads()));
            return new Sessions(wide, narrow, _ -> {});
        } catch (RuntimeException | Error e) {
            wide.close();
            throw e;
        }
    }

    /** Throws when the device left to the processor what it was given until this was first called. */
    synchronized void verifyPlacement() {
        if (placement == null) {
            placement = judge();
        }
        if (placement.fault() != null) {
            throw placement.fault();
        }
    }

    private Verdict judge() {
        try {
            placementCheck.accept(wide);
            return new Verdict(null);
        } catch (RuntimeException e) {
            return new Verdict(e);
        }
    }

    /** How many sessions there are. */
    int count() {
        return wide.equals(narrow) ? 1 : 2;
    }

    OnnxSession any() {
        return wide;
    }

    /**
     * A run that is under way, until it is closed.
     *
     * @param session what is lent to it
     */
    record Run(Sessions sessions, OnnxSession session) implements AutoCloseable {

        @Override
        public void close() {
            if (sessions.isLast()) {
                sessions.close();
            }
        }
    }

    /** Begins a run, in the session that fits those under way; empty if the sessions are given up. */
    synchronized Optional<Run> begin() {
        if (givenUp) {
            return Optional.empty();
        }
        running++;
        return Optional.of(new Run(this, running == 1 ? wide : narrow));
    }

    private synchronized boolean isLast() {
        running--;
        return givenUp && running == 0;
    }

    /** Closes the sessions as soon as no run needs them; again, it does nothing. */
    void giveUp() {
        if (isFree()) {
            close();
        }
    }

    private synchronized boolean isFree() {
        boolean first = !givenUp;
        givenUp = true;
        return first && running == 0;
    }

    private void close() {
        try (wide) {
            narrow.close();
        }
    }
}
