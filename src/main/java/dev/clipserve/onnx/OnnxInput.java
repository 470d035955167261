package dev.clipserve.onnx;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/** One tensor to feed: its name in the graph, its shape, and its values in row-major order. */
public sealed interface OnnxInput {

    String name();

    List<Integer> shape();

    /** 32-bit floats; a direct buffer is handed over without a copy. */
    record Floats(String name, List<Integer> shape, FloatBuffer values) implements OnnxInput {}

    /** 64-bit integers; a direct buffer is handed over without a copy. */
    record Longs(String name, List<Integer> shape, LongBuffer values) implements OnnxInput {}
}
