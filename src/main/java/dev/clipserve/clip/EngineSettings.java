package dev.clipserve.clip;

import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.onnx.ExecutionProvider;
import dev.clipserve.onnx.GraphCache;

/**
 * What the encoders run on, and how concurrent requests share it.
 *
 * @param images what runs the image encoder
 * @param texts what runs the text encoder
 * @param cache where graphs are kept as they were optimized for this machine
 */
public record EngineSettings(Tower images, Tower texts, GraphCache cache) {

    /** One encoder's hardware and queue. */
    public record Tower(ExecutionProvider provider, BatchPolicy policy) {}
}
