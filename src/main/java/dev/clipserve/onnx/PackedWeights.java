package dev.clipserve.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where ONNX Runtime put the weights that it packed for its kernels.
 *
 * <p>The kernels read them by instructions that want whole cache lines; anything else is a segmentation fault, which
 * takes the whole process with it. ONNX Runtime 1.28 writes all weights one behind the other, so after one whose size
 * is odd, such as the 77 × 77 attention mask of OpenCLIP's text encoders, none lies right.
 */
final class PackedWeights {

    private static final long LINE = 64;

    /**
     * An attribute of a tensor in the graph: kernel, hash, and the place of each packed part, its length and a flag.
     */
    private static final Pattern PLACES = Pattern.compile("\\+\\d+((?:\\|\\d+;\\d+;\\d+)+)");

    private static final Pattern PLACE = Pattern.compile("\\|(\\d+);");

    private PackedWeights() {}

    /** Whether the kernels can read what a graph says is packed. */
    static boolean aligned(Path graph) throws IOException {
        String text = new String(Files.readAllBytes(graph), StandardCharsets.ISO_8859_1);
        return PLACES.matcher(text)
                .results()
                .flatMap(places -> PLACE.matcher(places.group(1)).results())
                .allMatch(place -> Long.parseLong(place.group(1)) % LINE == 0);
    }
}
