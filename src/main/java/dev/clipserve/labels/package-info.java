/**
 * Label sets: named, versioned lists of labels with their prompts, encoded once for each model, declared in files,
 * shipped, or stored over HTTP.
 *
 * <p>Imports {@code zeroshot}, {@code clip}, {@code text}, {@code cache}, {@code batching}, Jackson and Micrometer;
 * knows nothing of HTTP or Spring.
 */
@NullMarked
package dev.clipserve.labels;

import org.jspecify.annotations.NullMarked;
