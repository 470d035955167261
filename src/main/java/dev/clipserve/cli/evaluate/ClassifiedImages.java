package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;

/** Images with their classes, of all folders and tables together; each image once. */
public final class ClassifiedImages {

    private final SequencedSet<String> classes = new TreeSet<>();
    private final List<ClassifiedImage> images = new ArrayList<>();
    private final Map<Path, ClassifiedImage> known = new HashMap<>();

    private ClassifiedImages() {}

    /**
     * Reads folders, whose subfolders are the classes, and CSV files with the columns {@code path} and {@code label}.
     *
     * @throws InvalidDataException if one is neither, has no images, or gives an image another class than before
     */
    public static ClassifiedImages read(List<Path> sources, ImageFinder finder) throws IOException {
        var images = new ClassifiedImages();
        for (Path source : sources) {
            images.add(source, finder);
        }
        return images;
    }

    private void add(Path source, ImageFinder finder) throws IOException {
        if (Files.isDirectory(source)) {
            ClassFolders.read(source, finder, this);
        } else if (!Files.exists(source)) {
            throw new InvalidDataException(source + ": there is no such file or folder.");
        } else if (source.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            ImageTable.read(source, this);
        } else {
            throw new InvalidDataException(source
                    + " is neither a folder, with a subfolder for each class, nor a .csv file; unpack archives first.");
        }
    }

    /** A class, which may have no images. */
    void addClass(String name) {
        classes.add(name);
    }

    /** An image, unless it is there already. */
    void add(ClassifiedImage image) {
        ClassifiedImage earlier =
                known.putIfAbsent(image.file().toAbsolutePath().normalize(), image);
        if (earlier == null) {
            images.add(image);
            classes.add(image.className());
        } else if (!earlier.className().equals(image.className())) {
            throw new InvalidDataException(image.origin() + ": " + image.file() + " is '" + image.className()
                    + "' here, but '" + earlier.className() + "' in " + earlier.origin()
                    + "; an image has one label.");
        }
    }

    /** The names of all classes, sorted. */
    List<String> classes() {
        return List.copyOf(classes);
    }

    /** In the order in which they were found. */
    List<ClassifiedImage> images() {
        return List.copyOf(images);
    }
}
