package dev.clipserve.onnx;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one graph. Owns them until {@link #close}; close it only when no run is under way.
 *
 * <p>On the processor there may be two: a wide one with many threads, for a run that is alone, and a narrow one for
 * runs that overlap. Sessions have no state of their own, so any number of runs may share one.
 */
public final class SessionPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SessionPool.class);

    private final OnnxSession wide;
    private final OnnxSession narrow;
    private final int parallelRuns;
    private final AtomicInteger running = new AtomicInteger();

    private SessionPool(OnnxSession wide, OnnxSession narrow, int parallelRuns) {
        this.wide = wide;
        this.narrow = narrow;
        this.parallelRuns = parallelRuns;
    }

    /**
     * Loads a graph's sessions.
     *
     * @param cache where graphs are kept as they were optimized for this processor
     * @throws OnnxException if the graph cannot be read, or the hardware is not there
     */
    public static SessionPool load(OnnxGraph graph, ExecutionProvider provider, GraphCache cache) {
        return switch (provider) {
            case ExecutionProvider.Cpu cpu -> load(graph, cpu, cache);
            case ExecutionProvider.Cuda(int deviceId) -> {
                OnnxSession session = OnnxSession.load(graph, new SessionSettings.Cuda(deviceId));
                yield new SessionPool(session, session, 1);
            }
        };
    }

    private static SessionPool load(OnnxGraph graph, ExecutionProvider.Cpu cpu, GraphCache cache) {
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

    private static SessionPool open(OnnxGraph graph, ExecutionProvider.Cpu cpu) {
        OnnxSession wide = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threadsAlone()));
        if (cpu.threads() == cpu.threadsAlone()) {
            return new SessionPool(wide, wide, cpu.parallelRuns());
        }
        try {
            OnnxSession narrow = OnnxSession.load(graph, new SessionSettings.Cpu(cpu.threads()));
            return new SessionPool(wide, narrow, cpu.parallelRuns());
        } catch (RuntimeException e) {
            wide.close();
            throw e;
        }
    }

    /** How many runs at the same time the hardware is good for. */
    public int parallelRuns() {
        return parallelRuns;
    }

    /** What the graph takes, in its own order. */
    public List<TensorSpec> inputs() {
        return wide.inputs();
    }

    /** What the graph gives, in its own order. */
    public List<TensorSpec> outputs() {
        return wide.outputs();
    }

    /**
     * Runs the graph and copies one output out of native memory, row-major.
     *
     * @throws OnnxException if the graph refuses the inputs or fails
     */
    public float[] run(List<OnnxInput> inputs, String output) {
        int others = running.getAndIncrement();
        try {
            return (others == 0 ? wide : narrow).run(inputs, output);
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
