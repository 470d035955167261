package dev.clipserve.clip;

import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.onnx.ExecutionProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * The batch sizes that an encoder runs before the service is ready.
 *
 * @param sizes in the order of the runs
 * @param meter counts and times the runs
 */
record WarmUp(List<Integer> sizes, Timer meter) {

    WarmUp {
        sizes = List.copyOf(sizes);
    }

    /** Runs batches on one lane; gives an embedding for each item. */
    interface Runner<I> {

        List<Embedding> encode(List<I> batch);
    }

    static WarmUp of(String queue, Tower tower, MeterRegistry registry) {
        Timer meter = Timer.builder("clipserve.warm-up")
                .description("Time of a run before the service is ready")
                .tag("queue", queue)
                .register(registry);
        return new WarmUp(sizes(tower), meter);
    }

    /**
     * On a GPU the powers of two up to the largest batch, and that: there each size that is new costs memory, a choice
     * of kernels, or with TensorRT an engine, which no caller is to wait for. The processor does not care.
     */
    static List<Integer> sizes(Tower tower) {
        return switch (tower.provider()) {
            case ExecutionProvider.Cpu cpu -> List.of(1);
            case ExecutionProvider.Cuda cuda -> powersOfTwo(tower.policy().maxBatch());
            case ExecutionProvider.TensorRt tensorRt ->
                powersOfTwo(tower.policy().maxBatch());
        };
    }

    private static List<Integer> powersOfTwo(int largest) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < largest; size *= 2) {
            sizes.add(size);
        }
        sizes.add(largest);
        return sizes;
    }

    /** Runs each size on each lane; gives the last embedding. */
    <I> Embedding run(List<? extends Runner<I>> lanes, IntFunction<List<I>> batch) {
        List<Embedding> last = List.of();
        for (Runner<I> lane : lanes) {
            for (int size : sizes) {
                last = Objects.requireNonNull(meter.record(() -> lane.encode(batch.apply(size))));
            }
        }
        return last.getLast();
    }
}
