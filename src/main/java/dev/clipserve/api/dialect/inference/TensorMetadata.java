package dev.clipserve.api.dialect.inference;

import java.util.List;

/**
 * What a tensor is like.
 *
 * @param datatype {@code BYTES} or {@code FP32}
 * @param shape its dimensions; −1 for one that requests choose
 */
record TensorMetadata(String name, String datatype, List<Integer> shape) {}
