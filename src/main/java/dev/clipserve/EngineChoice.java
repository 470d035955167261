package dev.clipserve;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.clip.EngineSettings;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.ExecutionProvider.Cpu;
import dev.clipserve.onnx.ExecutionProvider.Gpus;
import dev.clipserve.onnx.GraphCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What the encoders run on, from the settings; where those leave it open, by the hardware. */
final class EngineChoice {

    /** What a processor computes in a few milliseconds; larger batches gain nothing there and delay everyone. */
    private static final int IMAGES_ON_CPU = 8;

    private static final int TEXTS_ON_CPU = 32;

    /** A GPU is idle with batches that fill a processor. Not measured yet. */
    private static final int IMAGES_ON_GPU = 32;

    private static final int TEXTS_ON_GPU = 256;

    /** One is copied and normalized while another is computed. Not measured yet. */
    private static final int RUNS_ON_GPU = 2;

    private EngineChoice() {}

    static EngineSettings settings(ClipServeProperties.Model model, ClipServeProperties.Batching batching) {
        long bytes = batching.maxWaitingSize().toBytes();
        boolean gpu = model.provider() != ClipServeProperties.Provider.CPU;
        int images = or(batching.maxImages(), gpu ? IMAGES_ON_GPU : IMAGES_ON_CPU);
        int texts = or(batching.maxTexts(), gpu ? TEXTS_ON_GPU : TEXTS_ON_CPU);
        Path cache = folder(model.graphCache());
        return new EngineSettings(
                new Tower(
                        provider(model, Cpu::shortestAnswer),
                        new BatchPolicy(
                                images,
                                batching.maxWaitingImages(),
                                bytes,
                                batching.maxDelay(),
                                batching.maxRunTime())),
                // Labels come in lists and are remembered: a text is seldom alone, and a second session not worth its
                // memory.
                new Tower(
                        provider(model, Cpu::leastMemory),
                        new BatchPolicy(
                                texts, batching.maxWaitingTexts(), bytes, Duration.ZERO, batching.maxRunTime())),
                cache == null ? GraphCache.none() : GraphCache.in(cache));
    }

    /**
     * What runs an encoder.
     *
     * @param division how the processor's threads and its parallel runs are divided
     */
    private static ExecutionProvider provider(
            ClipServeProperties.Model model, BiFunction<Integer, Integer, Cpu> division) {
        return switch (model.provider()) {
            case CPU -> {
                int threads = orCores(model.threads());
                yield division.apply(threads, or(model.parallelRuns(), threads));
            }
            case CUDA -> new ExecutionProvider.Cuda(gpus(model));
            case TENSORRT -> new ExecutionProvider.TensorRt(gpus(model), folder(model.engineCache()));
        };
    }

    private static Gpus gpus(ClipServeProperties.Model model) {
        return new Gpus(
                List.copyOf(model.devices()),
                model.deviceMemory().toBytes(),
                or(model.parallelRuns(), RUNS_ON_GPU),
                model.deviceMath());
    }

    private static @Nullable Path folder(String setting) {
        return setting.isBlank() ? null : Path.of(setting);
    }

    /** What a setting means of which 0 stands for one a core. */
    static int orCores(int setting) {
        return or(setting, Runtime.getRuntime().availableProcessors());
    }

    private static int or(int setting, int otherwise) {
        return setting > 0 ? setting : otherwise;
    }
}
