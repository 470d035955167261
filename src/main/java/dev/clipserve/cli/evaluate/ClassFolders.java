package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder whose subfolders are classes: {@code <class>/<image>}, at any depth; underscores are read as spaces. */
final class ClassFolders {

    private ClassFolders() {}

    /**
     * Adds what a folder has; hidden folders, and files beside the classes, are left out.
     *
     * @throws InvalidDataException if it has no subfolders, or no images in them
     */
    static void read(Path folder, ImageFinder finder, ClassifiedImages images) throws IOException {
        boolean any = false;
        for (Path inner : subfolders(folder)) {
            String name = inner.getFileName().toString().replace('_', ' ').strip();
            images.addClass(name);
            for (Path file : finder.within(inner)) {
                any = true;
                images.add(new ClassifiedImage(file, name, inner.toString()));
            }
        }
        if (!any) {
            throw new InvalidDataException(folder + " has no images in subfolders; each class is a subfolder, such as "
                    + folder.resolve("cat").resolve("1.jpg") + ".");
        }
    }

    private static List<Path> subfolders(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
