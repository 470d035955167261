package dev.clipserve.clip;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The file that each tower's graph is loaded from, as paths inside the bundle. */
public record GraphFiles(String vision, String text) {

    /** Where graphs lie in a bundle, with their weights. */
    static final String FOLDER = "onnx";

    /**
     * The graphs of a precision among files. A tower that has none runs its fp32 graph: often one tower alone gains by
     * a variant.
     *
     * @param has whether a file is there
     * @return empty if no tower has a graph of that precision; never for fp32, of which what is missing is told when it
     *     is needed, by its own name
     */
    public static Optional<GraphFiles> find(Predicate<String> has, Precision precision) {
        GraphFiles variant = precision.graphs();
        if (precision != Precision.FP32 && !variant.any(has)) {
            return Optional.empty();
        }
        GraphFiles reference = Precision.FP32.graphs();
        return Optional.of(new GraphFiles(
                has.test(variant.vision) ? variant.vision : reference.vision,
                has.test(variant.text) ? variant.text : reference.text));
    }

    /** The precisions that at least one tower has a graph of. */
    public static List<Precision> carried(Predicate<String> has) {
        return Arrays.stream(Precision.values())
                .filter(precision -> precision.graphs().any(has))
                .toList();
    }

    /**
     * The graphs of a precision in a bundle.
     *
     * @throws BundleException if no tower has a graph of that precision
     */
    static GraphFiles of(BundleFiles files, Precision precision) {
        return find(files::has, precision).orElseThrow(() -> lacking(files, precision));
    }

    private static BundleException lacking(BundleFiles files, Precision precision) {
        String carried = carried(files::has).stream().map(Precision::label).collect(Collectors.joining(", "));
        return new BundleException(
                files.location(),
                String.join(" or ", precision.graphs().all()),
                "is needed for " + precision.label() + "; there is " + (carried.isEmpty() ? "none" : carried));
    }

    /** Both files. */
    public List<String> all() {
        return List.of(vision, text);
    }

    private boolean any(Predicate<String> has) {
        return all().stream().anyMatch(has);
    }
}
