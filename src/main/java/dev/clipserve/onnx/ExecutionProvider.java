package dev.clipserve.onnx;

/** The hardware that runs a graph. */
public sealed interface ExecutionProvider {

    /** The processor; always there. */
    record Cpu() implements ExecutionProvider {}

    /** An NVIDIA GPU; needs the {@code onnxruntime_gpu} artifact instead of {@code onnxruntime}. */
    record Cuda(int deviceId) implements ExecutionProvider {}
}
