package dev.clipserve.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.clipserve.onnx.ExecutionProvider.Gpus;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GPU for one session.
 *
 * <p>The options' names are those of ONNX Runtime's documentation of its CUDA and TensorRT execution providers.
 *
 * @param tensorRt how TensorRT builds its engines; null for CUDA alone
 * @param profile where the session says which provider ran each node; see {@link Placement}
 */
record GpuSettings(int device, Gpus gpus, @Nullable Engines tensorRt, Path profile) implements SessionSettings {

    /**
     * How TensorRT builds a graph's engines.
     *
     * @param shapes what the inputs will be given; engines serve nothing else
     * @param cache where they are kept; null for nowhere
     */
    record Engines(List<ShapeRange> shapes, @Nullable Path cache) {}

    @Override
    public SessionOptions open() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.enableProfiling(profile.toString());
            if (tensorRt != null) {
                addTensorRt(options, tensorRt);
            }
            addCuda(options);
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private void addTensorRt(SessionOptions options, Engines engines) throws OrtException {
        try (var tensorRtOptions = new OrtTensorRTProviderOptions(device)) {
            for (var option : tensorRtOptions(engines).entrySet()) {
                tensorRtOptions.add(option.getKey(), option.getValue());
            }
            options.addTensorrt(tensorRtOptions);
        }
    }

    private void addCuda(SessionOptions options) throws OrtException {
        try (var cudaOptions = new OrtCUDAProviderOptions(device)) {
            for (var option : cudaOptions().entrySet()) {
                cudaOptions.add(option.getKey(), option.getValue());
            }
            options.addCUDA(cudaOptions);
        }
    }

    /** What the CUDA provider is told, beside the device. */
    Map<String, String> cudaOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        // Doubling the arena with each growth would take memory that the other encoder needs.
        options.put("arena_extend_strategy", "kSameAsRequested");
        // An exhaustive search would be made anew for each batch size, under load; CLIP has one convolution.
        options.put("cudnn_conv_algo_search", "HEURISTIC");
        options.put("use_tf32", gpus.arithmetic() == ExecutionProvider.Arithmetic.FP32 ? "0" : "1");
        if (gpus.memoryLimit() > 0) {
            options.put("gpu_mem_limit", Long.toString(gpus.memoryLimit()));
        }
        return options;
    }

    /** What the TensorRT provider is told, beside the device. */
    Map<String, String> tensorRtOptions(Engines engines) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("trt_fp16_enable", gpus.arithmetic() == ExecutionProvider.Arithmetic.FP16 ? "1" : "0");
        // One engine for all batch sizes; without it a larger batch than any before builds a new one, for minutes.
        options.put("trt_profile_min_shapes", ShapeRange.format(engines.shapes(), ShapeRange::smallest));
        options.put("trt_profile_opt_shapes", ShapeRange.format(engines.shapes(), ShapeRange::usual));
        options.put("trt_profile_max_shapes", ShapeRange.format(engines.shapes(), ShapeRange::largest));
        if (gpus.memoryLimit() > 0) {
            options.put("trt_max_workspace_size", Long.toString(gpus.memoryLimit()));
        }
        if (engines.cache() != null) {
            options.put("trt_engine_cache_enable", "1");
            options.put("trt_engine_cache_path", engines.cache().toString());
            options.put("trt_timing_cache_enable", "1");
            options.put("trt_timing_cache_path", engines.cache().toString());
        }
        return options;
    }

    @Override
    public String toString() {
        return (tensorRt == null ? "CUDA" : "TensorRT") + " on device " + device;
    }
}
