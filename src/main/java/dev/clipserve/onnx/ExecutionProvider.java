package dev.clipserve.onnx;

/** The hardware that runs a graph, and how much of it. */
public sealed interface ExecutionProvider {

    /**
     * The processor; always there.
     *
     * <p>Threads that wait for each other inside a run cost more than runs side by side, so runs that overlap get few
     * threads each. A run that has the processor to itself may use more, for the shortest answer; that takes a second
     * session.
     *
     * @param parallelRuns runs at the same time that the processor is good for
     * @param threads of a run that overlaps with others
     * @param threadsAlone of a run that is alone
     */
    record Cpu(int parallelRuns, int threads, int threadsAlone) implements ExecutionProvider {

        public Cpu {
            if (parallelRuns < 1 || threads < 1 || threadsAlone < threads) {
                throw new IllegalArgumentException(parallelRuns + " parallel runs of " + threads
                        + " threads each, alone of " + threadsAlone + ": no such division of a processor");
            }
        }

        /** All threads shared out to parallel runs, and all of them for a run that is alone. */
        public static Cpu shortestAnswer(int threads, int parallelRuns) {
            return new Cpu(parallelRuns, Math.max(1, threads / parallelRuns), threads);
        }

        /** All threads shared out to parallel runs, whether there are others or not: one session, half the memory. */
        public static Cpu leastMemory(int threads, int parallelRuns) {
            int share = Math.max(1, threads / parallelRuns);
            return new Cpu(parallelRuns, share, share);
        }
    }

    /** An NVIDIA GPU; needs the {@code onnxruntime_gpu} artifact instead of {@code onnxruntime}. */
    record Cuda(int deviceId) implements ExecutionProvider {}
}
