package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.onnx.ExecutionProvider.Arithmetic;
import dev.clipserve.onnx.ExecutionProvider.Gpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuSettingsTest {

    private static final List<ShapeRange> SHAPES = List.of(
            new ShapeRange("input_ids", List.of(1, 1), List.of(8, 12), List.of(8, 77)),
            new ShapeRange("attention_mask", List.of(1, 1), List.of(8, 12), List.of(8, 77)));

    private static GpuSettings settings(long memoryLimit, Arithmetic arithmetic) {
        return new GpuSettings(0, new Gpus(List.of(0), memoryLimit, 1, arithmetic), null, Path.of("profile"));
    }

    @Test
    void cudaOptions_byDefault_computeAsTheProcessorDoes() {
        assertThat(settings(0, Arithmetic.FP32).cudaOptions())
                .isEqualTo(Map.of(
                        "arena_extend_strategy", "kSameAsRequested",
                        "cudnn_conv_algo_search", "HEURISTIC",
                        "use_tf32", "0"));
    }

    @Test
    void cudaOptions_limitAndTf32_areHandedOn() {
        assertThat(settings(1 << 30, Arithmetic.TF32).cudaOptions())
                .containsEntry("gpu_mem_limit", "1073741824")
                .containsEntry("use_tf32", "1");
    }

    @Test
    void tensorRtOptions_shapesAndCache_areHandedOn() {
        var engines = new GpuSettings.Engines(SHAPES, Path.of("engines"));

        assertThat(settings(0, Arithmetic.FP16).tensorRtOptions(engines))
                .isEqualTo(Map.of(
                        "trt_fp16_enable", "1",
                        "trt_profile_min_shapes", "input_ids:1x1,attention_mask:1x1",
                        "trt_profile_opt_shapes", "input_ids:8x12,attention_mask:8x12",
                        "trt_profile_max_shapes", "input_ids:8x77,attention_mask:8x77",
                        "trt_engine_cache_enable", "1",
                        "trt_engine_cache_path", "engines",
                        "trt_timing_cache_enable", "1",
                        "trt_timing_cache_path", "engines"));
    }

    @Test
    void tensorRtOptions_noCache_keepsNothing() {
        assertThat(settings(0, Arithmetic.FP32).tensorRtOptions(new GpuSettings.Engines(SHAPES, null)))
                .containsEntry("trt_fp16_enable", "0")
                .doesNotContainKeys("trt_engine_cache_enable", "trt_timing_cache_enable");
    }

    @Test
    void cuda_fp16_cannotBeMade() {
        var gpus = new Gpus(List.of(0), 0, 1, Arithmetic.FP16);

        assertThatThrownBy(() -> new ExecutionProvider.Cuda(gpus)).hasMessageContaining("only TensorRT");
    }

    @Test
    void gpus_noneOrOneTwice_cannotBeMade() {
        assertThatThrownBy(() -> new Gpus(List.of(), 0, 1, Arithmetic.FP32)).hasMessageContaining("each once");
        assertThatThrownBy(() -> new Gpus(List.of(1, 1), 0, 1, Arithmetic.FP32)).hasMessageContaining("each once");
    }
}
