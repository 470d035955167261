package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.onnx.ExecutionProvider;

/**
 * What the encoders run on, and how they share it.
 *
 * @param sessions sessions of each encoder, each with a worker of its own
 * @param threads processor threads of one run
 */
public record EngineSettings(
        ExecutionProvider provider, int sessions, int threads, BatchPolicy images, BatchPolicy texts) {}
