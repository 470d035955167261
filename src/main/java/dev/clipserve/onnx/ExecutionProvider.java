package dev.clipserve.onnx;

/** The hardware that runs a graph, and how much of it. */
public sealed interface ExecutionProvider {

    /**
     * The processor; always there.
     *
     * <p>One run that has the processor to itself uses all threads, for the shortest answer. Runs that overlap share
     * them, {@code threads / parallelRuns} each: threads that wait for each other inside a run cost more than runs side
     * by side.
     *
     * @param threads processor threads that all runs of a graph use together
     * @param parallelRuns runs at the same time; 1…threads
     */
    record Cpu(int threads, int parallelRuns) implements ExecutionProvider {

        public Cpu {
            if (parallelRuns < 1 || threads < parallelRuns) {
                throw new IllegalArgumentException(
                        parallelRuns + " parallel runs cannot share " + threads + " threads");
            }
        }
    }

    /** An NVIDIA GPU; needs the {@code onnxruntime_gpu} artifact instead of {@code onnxruntime}. */
    record Cuda(int deviceId) implements ExecutionProvider {}
}
