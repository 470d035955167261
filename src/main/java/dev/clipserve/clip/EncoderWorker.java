package dev.clipserve.clip;

import dev.clipserve.batching.BatchWorker;
import dev.clipserve.onnx.GraphRun;
import dev.clipserve.onnx.OnnxInput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Runs batches of an encoder on one place of its hardware. Whether an item failed or the sessions, it finds out by a
 * sample that is known to work; sessions that fail at that, too, are opened anew.
 */
final class EncoderWorker<I> implements BatchWorker<I, Embedding>, WarmUp.Runner<I> {

    private static final long NOT_NOW = Long.MIN_VALUE;

    private final GraphRun graph;
    private final Encoding<I> encoding;
    private final Layout<I> layout;
    private final AtomicLong openingSince = new AtomicLong(NOT_NOW);
    private final AtomicLong opened = new AtomicLong();
    private boolean hasToReopen;
    private boolean unproven;

    /**
     * What is the same on all places of an encoder's hardware.
     *
     * @param output what the graph's output is called
     * @param sample an item that works
     * @param layouts makes a layout for each place
     */
    record Encoding<I>(String output, I sample, Supplier<Layout<I>> layouts) {}

    /** Lays batches out as a graph takes them, in memory that is used again for the next. */
    @FunctionalInterface
    interface Layout<I> {

        List<OnnxInput> inputs(List<I> batch);
    }

    EncoderWorker(GraphRun graph, Encoding<I> encoding) {
        this.graph = graph;
        this.encoding = encoding;
        this.layout = encoding.layouts().get();
    }

    @Override
    public List<Embedding> run(List<I> batch) {
        reopenIfIHaveTo();
        List<Embedding> embeddings = encode(batch);
        if (unproven) {
            graph.works();
            unproven = false;
        }
        return embeddings;
    }

    @Override
    public List<Embedding> encode(List<I> batch) {
        return Embedding.normalizeRows(graph.run(layout.inputs(batch), encoding.output()), batch.size());
    }

    private void reopenIfIHaveTo() {
        if (hasToReopen) {
            openingSince.set(System.nanoTime());
            try {
                graph.reopen();
            } finally {
                opened.addAndGet(System.nanoTime() - openingSince.getAndSet(NOT_NOW));
            }
            hasToReopen = false;
            unproven = true;
        }
    }

    @Override
    public Duration spentOpening() {
        long since = openingSince.get();
        return Duration.ofNanos(opened.get() + (since == NOT_NOW ? 0 : System.nanoTime() - since));
    }

    @Override
    public Condition examine() {
        if (!hasToReopen && !unproven && graph.isCurrent()) {
            if (runsSample()) {
                return Condition.SOUND;
            }
            hasToReopen = true;
        }
        runSampleInOthers();
        return Condition.MENDED;
    }

    /** In sessions that are not those that failed. If these fail, too, others are opened the next time. */
    private void runSampleInOthers() {
        try {
            run(List.of(encoding.sample()));
        } catch (RuntimeException | Error e) {
            hasToReopen = true;
            throw e;
        }
    }

    private boolean runsSample() {
        try {
            encode(List.of(encoding.sample()));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The sessions go with a run that hangs in them: their threads may never come back. */
    @Override
    public EncoderWorker<I> replacement() {
        var next = new EncoderWorker<>(graph.another(), encoding);
        next.hasToReopen = true;
        return next;
    }
}
