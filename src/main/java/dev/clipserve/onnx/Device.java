package dev.clipserve.onnx;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one graph on one device. Owns them until {@link #close}.
 *
 * <p>On the processor there may be two: a wide one with many threads, for a run that is alone, and a narrow one for
 * runs that overlap. A GPU has one, which is both. Sessions have no state of their own, so any number of runs may share
 * one.
 */
final class Device implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Device.class);

    private final OnnxSession wide;
    private final OnnxSession narrow;
    private final Consumer<OnnxSession> placementCheck;
    private final AtomicInteger running = new AtomicInteger();

    private Device(OnnxSession wide, OnnxSession narrow, Consumer<OnnxSession> placementCheck) {
        this.wide = wide;
        this.narrow = narrow;
        this.placementCheck = placementCheck;
    }

    /**
     * A device whose runs share one session.
     *
     * @param placementCheck throws when the session did not run where it was meant to
     */
    static Device of(OnnxSession session, Consumer<OnnxSession> placementCheck) {
        return new Device(session, session, placementCheck);
    }

    /** The processor, with the graph as the cache keeps it. */
    static Device processor(OnnxGraph graph, ExecutionProvider.Cpu cpu, GraphCache cache) {
        OnnxGraph optimized = cache.optimized(graph);
        try {
            return open(optimized, cpu);
        } catch (OnnxException e) {
            if (optimized.equals(graph)) {
                throw e;
            }
            log.warn("{} is loaded anew, because what was kept of it is of no use: {}", graph.name(), e.getMessage());
            cache.evict(optimized);
            return open(graph, cpu);
        }
    }

    private static Device open(OnnxGraph graph, ExecutionProvider.Cpu cpu) {
        OnnxSession wide = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threadsAlone()));
        if (cpu.threads() == cpu.threadsAlone()) {
            return of(wide, Device::needsNoCheck);
        }
        try {
            var narrow = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threads()));
            return new Device(wide, narrow, Device::needsNoCheck);
        } catch (RuntimeException e) {
            wide.close();
            throw e;
        }
    }

    /** The processor is what everything falls back to. */
    private static void needsNoCheck(OnnxSession session) {}

    /** Throws when the device left to the processor what it was given until now. */
    void verifyPlacement() {
        placementCheck.accept(wide);
    }

    /** How many sessions there are. */
    int sessions() {
        return wide.equals(narrow) ? 1 : 2;
    }

    List<TensorSpec> inputs() {
        return wide.inputs();
    }

    List<TensorSpec> outputs() {
        return wide.outputs();
    }

    /** Lends the session that fits the runs under way. */
    <R> R run(Function<OnnxSession, R> run) {
        int others = running.getAndIncrement();
        try {
            return run.apply(others == 0 ? wide : narrow);
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public void close() {
        try (wide) {
            narrow.close();
        }
    }
}
