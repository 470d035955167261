package dev.clipserve.onnx;

import dev.clipserve.onnx.ExecutionProvider.Gpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Opens a graph on a GPU, and tells the GPU's faults from the graph's. */
final class GpuDevice {

    private static final Logger log = LoggerFactory.getLogger(GpuDevice.class);

    private GpuDevice() {}

    /** A GPU that runs the graph by CUDA. */
    static Device cuda(OnnxGraph graph, Gpus gpus, int id) {
        return Device.opening(graph.name(), () -> open(graph, new GpuSettings(id, gpus, null, profile())));
    }

    /** A GPU that runs the graph by TensorRT. */
    static Device tensorRt(OnnxGraph graph, ExecutionProvider.TensorRt provider, int id, List<ShapeRange> shapes) {
        List<ShapeRange> present = ofPresentInputs(graph, shapes);
        Optional<Path> cache =
                Optional.ofNullable(provider.engineCache()).flatMap(folder -> engineFolder(folder, graph, present));
        var engines = new GpuSettings.Engines(present, cache.orElse(null));
        return Device.opening(
                graph.name(), () -> open(graph, new GpuSettings(id, provider.gpus(), engines, profile())));
    }

    private static Sessions open(OnnxGraph graph, GpuSettings settings) {
        try {
            return Sessions.shared(OnnxSession.load(graph, settings), session -> {
                try {
                    check(session.endProfiling(), settings);
                } finally {
                    FlatFolder.delete(settings.profile().resolveSibling(""));
                }
            });
        } catch (OnnxException e) {
            FlatFolder.delete(settings.profile().resolveSibling(""));
            requireReadable(graph);
            throw new DeviceException(settings.toString(), "that failed: " + e.getMessage(), e);
        }
    }

    /** TensorRT has to be told of all inputs that are open, before it loads the graph, and of no others. */
    private static List<ShapeRange> ofPresentInputs(OnnxGraph graph, List<ShapeRange> shapes) {
        try (OnnxSession session = OnnxSession.load(graph, new SessionSettings.Cpu(1))) {
            List<String> names = session.inputs().stream().map(TensorSpec::name).toList();
            return shapes.stream()
                    .filter(range -> names.contains(range.input()))
                    .toList();
        }
    }

    /** What the processor cannot load either is no fault of the GPU. */
    private static void requireReadable(OnnxGraph graph) {
        OnnxSession.load(graph, new SessionSettings.Cpu(1)).close();
    }

    /** Fails where the processor computed what the GPU was to compute. */
    static void check(Path profile, SessionSettings settings) {
        Placement placement;
        try {
            placement = Placement.read(profile);
        } catch (JacksonException e) {
            throw new DeviceException(settings.toString(), "the profile of its first runs cannot be read", e);
        }
        if (!placement.isOnDevice()) {
            throw new DeviceException(
                    settings.toString(), "the processor ran " + placement.describe() + " of it in its place");
        }
        log.info("{} nodes ran by {}, shapes aside", placement.nodes(), settings);
    }

    /**
     * Where a graph's engines are kept. TensorRT's own names for them do not tell weights apart, so each content has a
     * folder; content that nobody vouches for has none.
     */
    private static Optional<Path> engineFolder(Path cache, OnnxGraph graph, List<ShapeRange> shapes) {
        Optional<String> key = graph.key(shapes.toString());
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.createDirectories(cache.resolve(key.get())));
        } catch (IOException e) {
            log.warn("Cannot keep the engines of {} in {}; they are built at each start: {}", graph.name(), cache, e);
            return Optional.empty();
        }
    }

    private static Path profile() {
        try {
            return Files.createTempDirectory("clipserve-placement-").resolve("profile");
        } catch (IOException e) {
            throw new UncheckedIOException("No place for the profile that says what the GPU runs", e);
        }
    }
}
