package dev.clipserve.onnx;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
