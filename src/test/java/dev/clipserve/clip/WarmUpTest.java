package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.clip.EngineSettings.Tower;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final ExecutionProvider.Gpus GPUS =
            new ExecutionProvider.Gpus(List.of(0, 1), 0, 2, ExecutionProvider.Arithmetic.FP32);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Tower tower(ExecutionProvider provider, int maxBatch) {
        return new Tower(provider, new BatchPolicy(maxBatch, 100, Long.MAX_VALUE, Duration.ZERO));
    }

    @Test
    void sizes_onAGpu_arePowersOfTwoUpToTheLargestBatch() {
        assertThat(WarmUp.sizes(tower(new ExecutionProvider.Cuda(GPUS), 32))).containsExactly(1, 2, 4, 8, 16, 32);
        assertThat(WarmUp.sizes(tower(new ExecutionProvider.TensorRt(GPUS, null), 6)))
                .containsExactly(1, 2, 4, 6);
        assertThat(WarmUp.sizes(tower(new ExecutionProvider.Cuda(GPUS), 1))).containsExactly(1);
    }

    @Test
    void sizes_onTheProcessor_areOne() {
        assertThat(WarmUp.sizes(tower(ExecutionProvider.Cpu.shortestAnswer(2, 2), 8)))
                .containsExactly(1);
    }

    @Test
    void run_twoLanes_runsEachSizeOnEach() {
        List<Integer> first = new ArrayList<>();
        List<Integer> second = new ArrayList<>();
        WarmUp warmUp = WarmUp.of("image", tower(new ExecutionProvider.Cuda(GPUS), 4), registry);

        warmUp.run(List.of(counting(first), counting(second)), size -> Collections.nCopies(size, "picture"));

        assertThat(first).containsExactly(1, 2, 4);
        assertThat(second).containsExactly(1, 2, 4);
        assertThat(registry.get("clipserve.warm-up")
                        .tag("queue", "image")
                        .timer()
                        .count())
                .isEqualTo(6);
    }

    private static WarmUp.Runner<String> counting(List<Integer> sizes) {
        return batch -> {
            sizes.add(batch.size());
            return Collections.nCopies(batch.size(), Embedding.normalize(new float[] {1}));
        };
    }

    @Test
    void load_onTheProcessor_runsEachEncoderOnce() {
        var tower = tower(ExecutionProvider.Cpu.shortestAnswer(2, 2), 8);
        var bundle = ModelBundle.read(new BundleFiles.Embedded("models/mini-clip"), Precision.FP32);

        ClipModel.load(bundle, new EngineSettings(tower, tower, GraphCache.none()), registry)
                .close();

        assertThat(registry.get("clipserve.warm-up")
                        .tag("queue", "image")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("clipserve.warm-up")
                        .tag("queue", "text")
                        .timer()
                        .count())
                .isEqualTo(1);
    }
}
