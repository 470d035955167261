package dev.clipserve.clip;

import dev.clipserve.batching.BatchWorker;
import dev.clipserve.onnx.GraphRun;
import dev.clipserve.onnx.OnnxInput;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs batches of an encoder on one place of its hardware. Whether an item failed or the sessions, it finds out by a
 * sample that is known to work; sessions that fail at that, too, are opened anew.
 */
final class EncoderWorker<I> implements BatchWorker<I, Embedding>, WarmUp.Runner<I> {

    private final GraphRun graph;
    private final Tower<I> tower;
    private final Layout<I> layout;
    private boolean hasToReopen;
    private boolean unproven;

    /**
     * What is the same on all places of an encoder's hardware.
     *
     * @param output what the graph's output is called
     * @param sample an item that works
     * @param layouts makes a layout for each place
     */
    record Tower<I>(String output, I sample, Supplier<Layout<I>> layouts) {}

    /** Lays batches out as a graph takes them, in memory that is used again for the next. */
    @FunctionalInterface
    interface Layout<I> {

        List<OnnxInput> inputs(List<I> batch);
    }

    EncoderWorker(GraphRun graph, Tower<I> tower) {
        this.graph = graph;
        this.tower = tower;
        this.layout = tower.layouts().get();
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
        return Embedding.normalizeRows(graph.run(layout.inputs(batch), tower.output()), batch.size());
    }

    private void reopenIfIHaveTo() {
        if (hasToReopen) {
            graph.reopen();
            hasToReopen = false;
            unproven = true;
        }
    }

    @Override
    public Condition examine() {
        reopenIfIHaveTo();
        if (unproven || !graph.isCurrent()) {
            run(List.of(tower.sample()));
            return Condition.MENDED;
        }
        return runsSample() ? Condition.SOUND : mended();
    }

    private boolean runsSample() {
        try {
            encode(List.of(tower.sample()));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Condition mended() {
        hasToReopen = true;
        run(List.of(tower.sample()));
        return Condition.MENDED;
    }

    /** The sessions go with a run that hangs in them: their threads may never come back. */
    @Override
    public EncoderWorker<I> replacement() {
        var next = new EncoderWorker<>(graph.another(), tower);
        next.hasToReopen = true;
        return next;
    }
}
