package dev.clipserve.clip;

import dev.clipserve.onnx.OnnxGraph;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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
     * What may hold weights of graphs: whatever lies in the folder of a graph, or below it, and is no graph itself.
     * Nobody but the graph knows which of it is read.
     */
    List<String> besideGraph(String graph) throws IOException;

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

    /** A folder on disk. */
    record Folder(Path folder) implements BundleFiles {

        @Override
        public String location() {
            return folder.toString();
        }

        @Override
        public Path path(String file) {
            Path path = folder.resolve(file).normalize();
            if (!path.startsWith(folder.normalize())) {
                throw new IllegalArgumentException(file + " lies outside the bundle");
            }
            return path;
        }

        @Override
        public List<String> besideGraph(String graph) throws IOException {
            try (Stream<Path> files = Files.walk(path(graph).resolveSibling(""))) {
                return files.filter(Files::isRegularFile)
                        .map(file ->
                                folder.normalize().relativize(file).toString().replace('\\', '/'))
                        .filter(file -> !file.endsWith(".onnx"))
                        .toList();
            } catch (NoSuchFileException e) {
                // That the graph itself is missing is told when it is needed.
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
        public List<String> besideGraph(String graph) {
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
