package dev.clipserve.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Graphs as ONNX Runtime optimized them for this processor, kept on disk with their weights packed the way the kernels
 * read them.
 *
 * <p>Such a graph loads in a moment, and its weights are mapped from the file, not copied to the heap: sessions, and
 * services on one machine, share them. An entry costs about twice the weights' size on disk, and is made for one
 * content, one version of ONNX Runtime and one kind of processor. Entries can be deleted at any time. Where packed
 * weights would not lie as the kernels want them ({@link PackedWeights}), they are kept as they are.
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
        if (folder == null || !(graph instanceof OnnxGraph.File file)) {
            return graph;
        }
        Optional<String> key = Processor.identity().flatMap(file::key);
        if (key.isEmpty()) {
            return graph;
        }
        Path entry = folder.resolve(key.get());
        try {
            if (!Files.exists(entry)) {
                make(file, folder, entry);
            }
            Path kept = entry.resolve(GRAPH);
            return Files.exists(kept) ? new OnnxGraph.File(file.name(), kept, null) : graph;
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
            FlatFolder.delete(file.path().resolveSibling(""));
        }
    }

    /** Made under another name and moved into place whole, so that no service ever sees half an entry. */
    private static void make(OnnxGraph.File graph, Path folder, Path entry) throws IOException, OrtException {
        Files.createDirectories(folder);
        Path unfinished = Files.createTempDirectory(folder, "unfinished-");
        try {
            log.info("Optimizing {} for this processor, once, into {}", graph.name(), entry);
            optimize(graph.path(), unfinished, true);
            if (!PackedWeights.aligned(unfinished.resolve(GRAPH))) {
                log.info(
                        "ONNX Runtime cannot keep the weights of {} packed; they are packed at each start",
                        graph.name());
                FlatFolder.empty(unfinished);
                optimize(graph.path(), unfinished, false);
            }
            if (!loads(unfinished)) {
                // An empty entry stays, so that this is not tried at every start. Seen with graphs that have an If.
                log.info("ONNX Runtime cannot read {} back; it is optimized at each start", graph.name());
                FlatFolder.empty(unfinished);
            }
            Files.move(unfinished, entry, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Linux says that the folder is not empty, which Java has no exception of its own for here.
            if (!Files.isDirectory(entry)) {
                throw e;
            }
            log.debug("Another service has made {} at the same time", entry);
        } finally {
            FlatFolder.delete(unfinished);
        }
    }

    private static void optimize(Path graph, Path target, boolean packed) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            // That the result fits this processor only is what the warnings would say.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizedModelFilePath(target.resolve(GRAPH).toString());
            options.addConfigEntry("session.optimized_model_external_initializers_file_name", WEIGHTS);
            options.addConfigEntry("session.save_external_prepacked_constant_initializers", packed ? "1" : "0");
            RuntimeEnvironment.get().createSession(graph.toString(), options).close();
        } finally {
            NativeHeap.trim();
        }
    }

    private static boolean loads(Path entry) {
        try (var session = OnnxSession.load(
                new OnnxGraph.File("the graph", entry.resolve(GRAPH), null), new SessionSettings.Cpu(1))) {
            return !session.outputs().isEmpty();
        } catch (OnnxException e) {
            log.debug("Cannot be read back", e);
            return false;
        }
    }
}
