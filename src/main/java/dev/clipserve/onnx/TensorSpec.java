package dev.clipserve.onnx;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a graph says of one input or output.
 *
 * @param type the element type as ONNX Runtime names it, such as {@code FLOAT} or {@code INT64}
 * @param shape one number a dimension; −1 for one that the caller chooses
 */
public record TensorSpec(String name, String type, List<Long> shape) {

    /** Size of dimension {@code index}, or −1 where the graph leaves it open. */
    public long dimension(int index) {
        return shape.get(index);
    }

    /** The shape with {@code ?} for open dimensions: {@code [?, 3, 224, 224]}. */
    @Override
    public String toString() {
        return shape.stream()
                .map(size -> size < 0 ? "?" : size.toString())
                .collect(Collectors.joining(", ", name + " " + type + " [", "]"));
    }
}
