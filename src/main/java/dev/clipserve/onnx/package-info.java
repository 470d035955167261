/**
 * ONNX Runtime: sessions over one graph each, owned and closed in one place. The only importer of
 * {@code ai.onnxruntime}.
 *
 * <p>Knows nothing of CLIP, and imports nothing of this project.
 */
@NullMarked
package dev.clipserve.onnx;

import org.jspecify.annotations.NullMarked;
