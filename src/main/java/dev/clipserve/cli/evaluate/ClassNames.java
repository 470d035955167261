package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labels that classes stand for; several classes may have one label. Classes without one are their own. */
public final class ClassNames {

    /** Every class is its own label. */
    public static final ClassNames THEIR_OWN = new ClassNames(Map.of());

    private final Map<String, String> labels;

    private ClassNames(Map<String, String> labels) {
        this.labels = labels;
    }

    private record Given(String label, String place) {}

    /**
     * Reads a CSV file whose column {@code class}, or else its first, has the classes.
     *
     * @param labelColumn the column that has the labels
     * @throws InvalidDataException if there is no such column, a cell is missing, or a class has two labels
     */
    public static ClassNames read(Path file, String labelColumn) throws IOException {
        CsvFile csv = CsvFile.read(file);
        List<String> columns = csv.columns();
        Map<String, Given> given = new HashMap<>();
        csv.pairs(columns.contains("class") ? "class" : columns.getFirst(), labelColumn, (place, className, label) -> {
            Given earlier = given.putIfAbsent(key(className), new Given(label, place));
            if (earlier != null && !earlier.label().equals(label)) {
                throw new InvalidDataException(place + ": class '" + className + "' has label '" + label
                        + "' here, but '" + earlier.label() + "' in " + earlier.place() + ".");
            }
        });
        Map<String, String> labels = new HashMap<>();
        given.forEach((className, of) -> labels.put(className, of.label()));
        return new ClassNames(labels);
    }

    /** The label of a class. */
    String label(String className) {
        return labels.getOrDefault(key(className), className);
    }

    /** A folder's name and the class that is read of it are the same. */
    private static String key(String className) {
        return className.replace('_', ' ').strip();
    }
}
