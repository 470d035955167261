package dev.clipserve.clip;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The file that each tower's graph is loaded from, as paths inside the bundle. */
public record GraphFiles(String vision, String text) {

    private static final List<String> TOWERS = List.of("vision", "text");

    /**
     * The graphs of a precision. A tower that has none runs its fp32 graph: often one tower alone gains by a variant.
     *
     * @throws BundleException if no tower has a graph of that precision
     */
    static GraphFiles of(BundleFiles files, Precision precision) {
        if (!carries(files, precision)) {
            String wanted = TOWERS.stream().map(precision::file).collect(Collectors.joining(" or "));
            String carried = Arrays.stream(Precision.values())
                    .filter(other -> carries(files, other))
                    .map(Precision::label)
                    .collect(Collectors.joining(", "));
            throw new BundleException(
                    files.location(), wanted, "is needed for " + precision.label() + "; there is " + carried);
        }
        return new GraphFiles(file(files, precision, "vision"), file(files, precision, "text"));
    }

    /** What fp32 lacks is told when it is loaded, by its own name. */
    private static boolean carries(BundleFiles files, Precision precision) {
        return precision == Precision.FP32
                || TOWERS.stream().map(precision::file).anyMatch(files::has);
    }

    private static String file(BundleFiles files, Precision precision, String tower) {
        String variant = precision.file(tower);
        return files.has(variant) ? variant : Precision.FP32.file(tower);
    }
}
