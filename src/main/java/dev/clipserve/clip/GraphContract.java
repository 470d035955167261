package dev.clipserve.clip;

import dev.clipserve.onnx.SessionPool;
import dev.clipserve.onnx.ShapeRange;
import dev.clipserve.onnx.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The inputs and the output that an encoder's graph must have, by name, element type and shape.
 *
 * @param required inputs it must have; −1 for a dimension that may be any
 * @param optional inputs it may have
 */
record GraphContract(List<TensorSpec> required, List<TensorSpec> optional, TensorSpec output) {

    private static final long ANY = -1;

    /** Tokens of a prompt such as {@code a photo of a golden retriever.}, with room for longer labels. */
    private static final int USUAL_LENGTH = 12;

    /** Of the image tower, for pictures of the size that the preprocessing gives. */
    static GraphContract image(ModelBundle bundle) {
        long height = bundle.preprocessing().outputHeight();
        long width = bundle.preprocessing().outputWidth();
        return new GraphContract(
                List.of(new TensorSpec(ImageEncoder.INPUT, "FLOAT", List.of(ANY, 3L, height, width))),
                List.of(),
                new TensorSpec(ImageEncoder.OUTPUT, "FLOAT", List.of(ANY, ANY)));
    }

    /** Of the text tower; where texts are padded, for no other length than the context. */
    static GraphContract text(ModelBundle bundle) {
        boolean padded = bundle.textLength().padding().isPresent();
        List<Long> shape = List.of(ANY, padded ? bundle.context() : ANY);
        return new GraphContract(
                List.of(new TensorSpec(TextEncoder.INPUT, "INT64", shape)),
                List.of(new TensorSpec(TextEncoder.MASK, "INT64", shape)),
                new TensorSpec(TextEncoder.OUTPUT, "FLOAT", List.of(ANY, ANY)));
    }

    /**
     * The shapes that the inputs will be given: batches of any size up to the largest, and texts of any length up to
     * the context. Full batches of short texts are to be fast.
     */
    List<ShapeRange> shapes(int maxBatch, int context) {
        return Stream.concat(required.stream(), optional.stream())
                .map(spec -> new ShapeRange(
                        spec.name(),
                        sizes(spec, 1, 1),
                        sizes(spec, maxBatch, Math.min(USUAL_LENGTH, context)),
                        sizes(spec, maxBatch, context)))
                .toList();
    }

    /** The first dimension is the batch; any other that is open is a text's length. */
    private static List<Integer> sizes(TensorSpec spec, int batch, int length) {
        return Stream.concat(
                        Stream.of(batch),
                        spec.shape().stream().skip(1).map(size -> size < 0 ? length : size.intValue()))
                .toList();
    }

    /** What is wrong with a graph, in words that follow its file's name; empty if nothing is. */
    Optional<String> fault(SessionPool sessions) {
        return required.stream()
                .flatMap(spec -> mismatch("input", spec, sessions.inputs()).stream())
                .findFirst()
                .or(() -> unknownInput(sessions.inputs()))
                .or(() -> mismatch("output", output, sessions.outputs()));
    }

    private static Optional<String> mismatch(String kind, TensorSpec wanted, List<TensorSpec> present) {
        Optional<TensorSpec> found = present.stream()
                .filter(spec -> spec.name().equals(wanted.name()))
                .findFirst();
        if (found.isEmpty()) {
            return Optional.of("lacks " + kind + " '" + wanted.name() + "'; it has " + describe(present));
        }
        return fits(wanted, found.get())
                ? Optional.empty()
                : Optional.of("has " + kind + " " + found.get() + ", which should be " + wanted);
    }

    private Optional<String> unknownInput(List<TensorSpec> inputs) {
        return inputs.stream()
                .filter(input -> !named(required, input) && !named(optional, input))
                .findFirst()
                .map(input -> "needs input " + input + ", which nothing here can give; known are " + describe(required)
                        + (optional.isEmpty() ? "" : ", " + describe(optional)));
    }

    private static boolean named(List<TensorSpec> specs, TensorSpec input) {
        return specs.stream().anyMatch(spec -> spec.name().equals(input.name()));
    }

    private static boolean fits(TensorSpec wanted, TensorSpec present) {
        if (!sameKind(wanted.type(), present.type())
                || wanted.shape().size() != present.shape().size()) {
            return false;
        }
        for (int i = 0; i < wanted.shape().size(); i++) {
            long size = present.dimension(i);
            if (wanted.dimension(i) >= 0 && size >= 0 && size != wanted.dimension(i)) {
                return false;
            }
        }
        return true;
    }

    /** A graph may take and give 16-bit floats where 32-bit floats are wanted; its session converts. */
    private static boolean sameKind(String wanted, String present) {
        return wanted.equals(present) || (wanted.equals("FLOAT") && present.equals("FLOAT16"));
    }

    private static String describe(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
    }
}
