package dev.clipserve.onnx;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The shapes that one input of a graph will be given, each dimension between the smallest and the largest.
 *
 * @param usual the shape that is to be fast
 */
public record ShapeRange(String input, List<Integer> smallest, List<Integer> usual, List<Integer> largest) {

    public ShapeRange {
        smallest = List.copyOf(smallest);
        usual = List.copyOf(usual);
        largest = List.copyOf(largest);
        for (int i = 0; i < usual.size(); i++) {
            if (smallest.get(i) > usual.get(i) || usual.get(i) > largest.get(i)) {
                throw new IllegalArgumentException(
                        usual + " of " + input + " is not between " + smallest + " and " + largest);
            }
        }
    }

    /** Shapes as TensorRT's options want them: {@code input_ids:1x77,attention_mask:1x77}. */
    static String format(List<ShapeRange> ranges, Function<ShapeRange, List<Integer>> shape) {
        return ranges.stream()
                .map(range -> shape.apply(range).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining("x", range.input() + ":", "")))
                .collect(Collectors.joining(","));
    }
}
