package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A CSV file with the columns {@code path}, relative to the file, and {@code label}. */
final class ImageTable {

    private ImageTable() {}

    /**
     * Adds what a table lists; whether the images are there is seen when they are read.
     *
     * @throws InvalidDataException if a column or a cell is missing, or there are no rows
     */
    static void read(Path file, ClassifiedImages images) throws IOException {
        int[] rows = {0};
        CsvFile.read(file).pairs("path", "label", (place, path, label) -> {
            rows[0]++;
            images.add(new ClassifiedImage(resolve(file, path, place), label, place));
        });
        if (rows[0] == 0) {
            throw new InvalidDataException(file + " lists no images: it has nothing below its first line.");
        }
    }

    private static Path resolve(Path file, String path, String place) {
        try {
            return file.resolveSibling(path);
        } catch (InvalidPathException e) {
            throw new InvalidDataException(place + ", names a path that cannot be: " + e.getReason() + ".", e);
        }
    }
}
