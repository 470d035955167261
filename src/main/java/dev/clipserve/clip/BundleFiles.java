package dev.clipserve.clip;

import dev.clipserve.onnx.OnnxGraph;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a model bundle, by their paths inside it, such as {@code onnx/vision_model.onnx}. */
public sealed interface BundleFiles {

    /** Where the bundle is, for messages. */
    String location();

    /** The path of {@code file} on disk; null where the bundle is not on disk. */
    @Nullable
    Path path(String file);

    /**
     * Opens a file.
     *
     * @throws FileNotFoundException if there is none
     */
    InputStream open(String file) throws IOException;

    /**
     * What may hold weights of graphs: whatever lies in the folder of the graphs, or below it, and is no graph itself.
     * Nobody but the graphs know which of it is read.
     */
    List<String> besideGraphs() throws IOException;

    /** Whether the file is there. */
    default boolean has(String file) {
        try {
            open(file).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * A graph, from its file where it has one, so that weights beside it are found and memory is mapped.
     *
     * @param digest stands for the content of the bundle; null where nobody vouches for it
     * @throws FileNotFoundException if there is none
     */
    default OnnxGraph graph(String file, @Nullable String digest) throws IOException {
        Path path = path(file);
        if (path != null) {
            if (!Files.isRegularFile(path)) {
                throw new FileNotFoundException(file);
            }
            return new OnnxGraph.File(file, path, digest);
        }
        open(file).close();
        return new OnnxGraph.Stored(file, () -> read(file));
    }

    private byte[] read(String file) throws IOException {
        try (InputStream in = open(file)) {
            return in.readAllBytes();
        }
    }

    /**
     * A folder on disk.
     *
     * @param folder absolute and normalized, so that what lies outside of it is seen
     * @param location as it was given
     */
    record Folder(Path folder, String location) implements BundleFiles {

        public Folder {
            folder = folder.toAbsolutePath().normalize();
        }

        /** A folder that messages call as it is given here. */
        public Folder(Path folder) {
            this(folder, folder.toString());
        }

        /**
         * The path of a file.
         *
         * @throws BundleException if it lies outside the folder, or no file can be called so
         */
        @Override
        public Path path(String file) {
            Path path;
            try {
                path = folder.resolve(file).normalize();
            } catch (InvalidPathException e) {
                throw new BundleException(location, file, "cannot be the path of a file: " + e.getReason(), e);
            }
            if (!path.startsWith(folder)) {
                throw new BundleException(location, file, "lies outside the bundle");
            }
            return path;
        }

        @Override
        public List<String> besideGraphs() throws IOException {
            try (Stream<Path> files = Files.walk(path(GraphFiles.FOLDER))) {
                return files.filter(Files::isRegularFile)
                        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                        .filter(file -> !file.endsWith(".onnx"))
                        .toList();
            } catch (NoSuchFileException e) {
                // That the graphs themselves are missing is told when they are needed.
                return List.of();
            }
        }

        @Override
        public InputStream open(String file) throws IOException {
            try {
                return Files.newInputStream(path(file));
            } catch (NoSuchFileException e) {
                throw notFound(file, e);
            }
        }
    }

    /** A folder on the class path: the model that ships inside the jar. */
    record Embedded(String folder) implements BundleFiles {

        @Override
        public String location() {
            return "classpath:" + folder;
        }

        @Override
        public @Nullable Path path(String file) {
            return null;
        }

        /** ONNX Runtime finds weights beside files only. */
        @Override
        public List<String> besideGraphs() {
            return List.of();
        }

        @Override
        public InputStream open(String file) throws IOException {
            InputStream in = BundleFiles.class.getResourceAsStream("/" + folder + "/" + file);
            if (in == null) {
                throw notFound(file, null);
            }
            return in;
        }
    }

    private static FileNotFoundException notFound(String file, @Nullable Throwable cause) {
        var notFound = new FileNotFoundException(file);
        if (cause != null) {
            notFound.initCause(cause);
        }
        return notFound;
    }
}
