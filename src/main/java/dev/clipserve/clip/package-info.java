/**
 * One loaded CLIP model: an image encoder, a text encoder and a logit scale over one shared space of embeddings, read
 * from a model bundle.
 *
 * <p>Imports {@code image}, {@code text}, {@code cache}, {@code batching} and {@code onnx}; knows nothing of labels,
 * HTTP or Spring.
 */
@NullMarked
package dev.clipserve.clip;

import org.jspecify.annotations.NullMarked;
