package dev.clipserve.onnx;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Where a run writes one float32 output: its name in the graph, the shape it will have, and memory for it.
 *
 * @param values a direct buffer, as large as the shape from its position to its limit
 */
record OnnxOutput(String name, List<Integer> shape, FloatBuffer values) {}
