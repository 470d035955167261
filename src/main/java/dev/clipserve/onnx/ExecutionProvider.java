package dev.clipserve.onnx;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hardware that runs a graph, and how much of it. */
public sealed interface ExecutionProvider {

    /** What the provider is called in settings and answers. */
    default String label() {
        return switch (this) {
            case Cpu _ -> "cpu";
            case Cuda _ -> "cuda";
            case TensorRt _ -> "tensorrt";
        };
    }

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

    /** NVIDIA GPUs, by CUDA; needs the {@code onnxruntime_gpu} artifact instead of {@code onnxruntime}. */
    record Cuda(Gpus gpus) implements ExecutionProvider {

        public Cuda {
            if (gpus.arithmetic() == Arithmetic.FP16) {
                throw new IllegalArgumentException(
                        "CUDA computes in the graph's own precision; only TensorRT lowers it");
            }
        }
    }

    /**
     * NVIDIA GPUs, by engines that TensorRT builds of the graph; CUDA runs what TensorRT cannot.
     *
     * @param engineCache folder where engines are kept, because building one takes minutes; null for none
     */
    record TensorRt(Gpus gpus, @Nullable Path engineCache) implements ExecutionProvider {}

    /**
     * Some GPUs of one kind, and what a graph may use of each.
     *
     * @param devices their numbers, as CUDA counts them
     * @param memoryLimit bytes that the graph's arena may take of each; 0 for no limit
     * @param parallelRuns runs at the same time on each, so that one is copied while another is computed
     */
    record Gpus(List<Integer> devices, long memoryLimit, int parallelRuns, Arithmetic arithmetic) {

        public Gpus {
            devices = List.copyOf(devices);
            if (devices.isEmpty() || new HashSet<>(devices).size() < devices.size()) {
                throw new IllegalArgumentException("GPUs must be named, each once: " + devices);
            }
            if (memoryLimit < 0 || parallelRuns < 1) {
                throw new IllegalArgumentException(
                        memoryLimit + " bytes and " + parallelRuns + " parallel runs are no limits");
            }
        }
    }

    /** How the floats of a float32 graph are multiplied on a GPU. */
    enum Arithmetic {
        /** As float32: the answers of the processor. */
        FP32,
        /** Multiplied with 10 bits of mantissa instead of 23, on GPUs that can. */
        TF32,
        /** TensorRT may compute in float16 where that is faster. */
        FP16
    }
}
