package dev.clipserve.onnx;

import java.util.List;

/** What runs a graph, one run at a time, and can be opened anew when it does not work any more. */
public interface GraphRun {

    /**
     * Runs the graph and gives a copy of one output, row-major: a matrix with a row for each row of the first input.
     *
     * @throws OnnxException if the graph refuses the inputs or fails
     */
    float[] run(List<OnnxInput> inputs, String output);

    /** Whether what ran the latest run still runs; others that share it may have opened it anew since. */
    boolean isCurrent();

    /**
     * Opens anew what ran the latest run, unless that was done meanwhile. After each time the next has to wait for
     * longer, until {@link #works} says that it was of use.
     *
     * @throws OnnxException if it cannot be opened, or it is too early
     */
    void reopen();

    /**
     * Tells that what was opened anew works.
     *
     * @throws DeviceException if it does not run where it was meant to
     */
    void works();

    /** Another one on the same device, which shares no memory with this one. */
    GraphRun another();
}
