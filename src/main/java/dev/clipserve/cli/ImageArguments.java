package dev.clipserve.cli;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the images that arguments name: files as they are, and of folders whatever an image's name ends in, sorted.
 * Hidden files and folders are left out.
 */
final class ImageArguments {

    /** The argument that stands for standard input. */
    static final String STDIN = "-";

    /** With those that cannot be read: they are told of, not passed over. */
    private static final Set<String> SUFFIXES = Set.of(
            "jpg", "jpeg", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl", "svg");

    private final List<String> found = new ArrayList<>();
    private final boolean recursive;

    private ImageArguments(boolean recursive) {
        this.recursive = recursive;
    }

    /**
     * The images, each once; folders below folders are looked into, too.
     *
     * @param recursive whether folders may be named at all
     * @throws UsageException if a folder is named that may not be, or there are no images
     */
    static List<String> expand(List<String> arguments, boolean recursive) throws IOException {
        var images = new ImageArguments(recursive);
        for (String argument : arguments) {
            images.add(argument);
        }
        if (images.found.isEmpty()) {
            throw new UsageException("There are no images in " + String.join(", ", arguments) + "; names end in "
                    + String.join(", ", new TreeSet<>(SUFFIXES)) + ".");
        }
        return List.copyOf(new LinkedHashSet<>(images.found));
    }

    private void add(String argument) throws IOException {
        if (argument.equals(STDIN) || !isFolder(argument)) {
            found.add(argument);
        } else if (recursive) {
            within(Path.of(argument)).forEach(image -> found.add(image.toString()));
        } else {
            throw new UsageException(argument + " is a folder; with -r its images are taken.");
        }
    }

    private static boolean isFolder(String argument) {
        try {
            return Files.isDirectory(Path.of(argument));
        } catch (InvalidPathException e) {
            // Like a file that is not there, it is told of when it is read.
            return false;
        }
    }

    /** The images below a folder, sorted; links are followed. */
    static List<Path> within(Path folder) throws IOException {
        Set<Path> images = new TreeSet<>();
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {

                    @Override
                    public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                        return isHidden(inner) && !inner.equals(folder)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        // A link that is seen as one leads nowhere: like a file that is broken, it is told of.
                        boolean image = attributes.isRegularFile() || attributes.isSymbolicLink();
                        if (!isHidden(file) && hasSuffix(file) && image) {
                            images.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        // It stays in the list, so that reading it says what is wrong; a link to a folder above it is
                        // nothing new.
                        if (!(e instanceof FileSystemLoopException)) {
                            images.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return List.copyOf(images);
    }

    private static boolean isHidden(Path path) {
        return path.getFileName() != null && path.getFileName().toString().startsWith(".");
    }

    private static boolean hasSuffix(Path file) {
        String name = file.getFileName().toString();
        return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
