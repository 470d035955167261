package dev.clipserve.onnx;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device that runs a graph: the sessions on it, which are opened anew when they do not work any more. Owns them
 * until {@link #close}.
 */
final class Device implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Device.class);

    /** What does not work again at once may take long, and must not be tried all the time. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final String graph;
    private final Supplier<Sessions> opener;
    private final LongSupplier clock;
    private volatile Sessions sessions;
    private volatile int reopened;
    private volatile boolean closed;
    private Duration pause = Duration.ZERO;
    private long notBefore;

    private Device(String graph, Supplier<Sessions> opener, LongSupplier clock) {
        this.graph = graph;
        this.opener = opener;
        this.clock = clock;
        this.sessions = opener.get();
    }

    /**
     * A device whose sessions are opened now.
     *
     * @param graph what messages call the graph
     */
    static Device opening(String graph, Supplier<Sessions> opener) {
        return new Device(graph, opener, System::nanoTime);
    }

    /**
     * A device whose sessions are opened now.
     *
     * @param clock nanoseconds, as of {@link System#nanoTime}
     */
    static Device opening(String graph, Supplier<Sessions> opener, LongSupplier clock) {
        return new Device(graph, opener, clock);
    }

    /** The processor, with the graph as the cache keeps it. */
    static Device processor(OnnxGraph graph, ExecutionProvider.Cpu cpu, GraphCache cache) {
        return opening(graph.name(), () -> open(graph, cpu, cache));
    }

    private static Sessions open(OnnxGraph graph, ExecutionProvider.Cpu cpu, GraphCache cache) {
        OnnxGraph optimized = cache.optimized(graph);
        try {
            return Sessions.processor(optimized, cpu);
        } catch (OnnxException e) {
            if (optimized.equals(graph)) {
                throw e;
            }
            log.warn("{} is loaded anew, because what was kept of it is of no use: {}", graph.name(), e.getMessage());
            cache.evict(optimized);
            return Sessions.processor(graph, cpu);
        }
    }

    /** The sessions that run now. */
    Sessions sessions() {
        return sessions;
    }

    /** How often the sessions were opened anew. */
    int reopened() {
        return reopened;
    }

    List<TensorSpec> inputs() {
        return sessions.any().inputs();
    }

    List<TensorSpec> outputs() {
        return sessions.any().outputs();
    }

    /**
     * Begins a run.
     *
     * @throws IllegalStateException if the device is closed
     */
    Sessions.Run begin() {
        Sessions present = sessions;
        Optional<Sessions.Run> run = present.begin();
        while (run.isEmpty()) {
            if (present.equals(sessions)) {
                throw new IllegalStateException("The sessions of " + graph + " are closed");
            }
            present = sessions;
            run = present.begin();
        }
        return run.get();
    }

    /**
     * Gives up sessions and opens others in their place, unless somebody has done so meanwhile. After each time the
     * next has to wait for longer, until {@link #works} says that it was of use.
     *
     * @throws OnnxException if it is too early, they cannot be opened, or the device is closed
     */
    synchronized void reopen(Sessions broken) {
        if (!broken.equals(sessions)) {
            return;
        }
        if (closed) {
            throw new OnnxException("The sessions of " + graph + " are closed");
        }
        long now = clock.getAsLong();
        if (!pause.isZero() && now - notBefore < 0) {
            throw new OnnxException(
                    "The sessions of " + graph + " do not work; they are opened anew at the earliest in "
                            + Duration.ofNanos(notBefore - now).toMillis() + " ms");
        }
        Duration doubled = pause.multipliedBy(2);
        pause = pause.isZero() ? FIRST_PAUSE : doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        notBefore = now + pause.toNanos();
        log.error("The sessions of {} do not work any more and are opened anew", graph);
        // First, since a device may have no memory for both.
        giveUp(broken);
        sessions = opener.get();
        reopened++;
        if (closed) {
            // Meanwhile; whoever closed it saw the old ones only.
            sessions.giveUp();
        }
    }

    private void giveUp(Sessions broken) {
        try {
            broken.giveUp();
        } catch (OnnxException e) {
            log.warn("The broken sessions of {} cannot be closed: {}", graph, e.getMessage());
        }
    }

    /** Tells that the sessions were opened anew with success. */
    synchronized void works() {
        pause = Duration.ZERO;
    }

    /** Does not wait for sessions that are being opened: that may take minutes, and they are given up then. */
    @Override
    public void close() {
        closed = true;
        sessions.giveUp();
    }
}
