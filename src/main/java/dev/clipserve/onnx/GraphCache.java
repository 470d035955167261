package dev.clipserve.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graphs as ONNX Runtime optimized them for this processor, kept on disk with their weights packed the way the kernels
 * read them.
 *
 * <p>Such a graph loads in a moment, and its weights are mapped from the file, not copied to the heap: sessions, and
 * services on one machine, share them. An entry costs about twice the weights' size on disk, and is made for one
 * content, one version of ONNX Runtime and one kind of processor. Entries can be deleted at any time.
 */
public final class GraphCache {

    private static final Logger log = LoggerFactory.getLogger(GraphCache.class);

    private static final String GRAPH = "graph.onnx";
    private static final String WEIGHTS = "weights.bin";

    private final @Nullable Path folder;

    private GraphCache(@Nullable Path folder) {
        this.folder = folder;
    }

    /**
     * A cache in a folder, which is made when it is needed. Whoever can write to it decides what the models compute.
     */
    public static GraphCache in(Path folder) {
        return new GraphCache(folder);
    }

    /** No cache: graphs are optimized anew at each start. */
    public static GraphCache none() {
        return new GraphCache(null);
    }

    /** The graph as it is kept, made now if need be; the graph itself where it cannot be kept. */
    OnnxGraph optimized(OnnxGraph graph) {
        if (folder == null || !(graph instanceof OnnxGraph.File file) || file.digest() == null) {
            return graph;
        }
        Optional<String> key = Processor.identity()
                .map(processor -> Processor.digest(file.name()
                        + file.digest()
                        + OrtEnvironment.getEnvironment().getVersion()
                        + processor));
        if (key.isEmpty()) {
            return graph;
        }
        Path entry = folder.resolve(key.get());
        try {
            if (!Files.exists(entry)) {
                make(file, folder, entry);
            }
            return new OnnxGraph.File(file.name(), entry.resolve(GRAPH), null);
        } catch (IOException | OrtException e) {
            log.warn(
                    "Cannot keep {} optimized in {}; it is optimized at each start: {}",
                    file.name(),
                    folder,
                    e.toString());
            return graph;
        }
    }

    /** Deletes what {@link #optimized} gave, because it cannot be loaded. */
    void evict(OnnxGraph optimized) {
        if (optimized instanceof OnnxGraph.File file) {
            deleteFolder(file.path().resolveSibling(""));
        }
    }

    /** Made under another name and moved into place whole, so that no service ever sees half an entry. */
    private static void make(OnnxGraph.File graph, Path folder, Path entry) throws IOException, OrtException {
        Files.createDirectories(folder);
        Path unfinished = Files.createTempDirectory(folder, "unfinished-");
        try {
            log.info("Optimizing {} for this processor, once, into {}", graph.name(), entry);
            optimize(graph.path(), unfinished);
            Files.move(unfinished, entry, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            log.debug("Another service has made {} at the same time", entry);
        } finally {
            deleteFolder(unfinished);
        }
    }

    private static void optimize(Path graph, Path target) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            // That the result fits this processor only is what the warnings would say.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizedModelFilePath(target.resolve(GRAPH).toString());
            options.addConfigEntry("session.optimized_model_external_initializers_file_name", WEIGHTS);
            options.addConfigEntry("session.save_external_prepacked_constant_initializers", "1");
            OrtEnvironment.getEnvironment()
                    .createSession(graph.toString(), options)
                    .close();
        } finally {
            NativeHeap.trim();
        }
    }

    private static void deleteFolder(Path folder) {
        try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.warn("Cannot delete {}: {}", folder, e.toString());
        }
    }
}
