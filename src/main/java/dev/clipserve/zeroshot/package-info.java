/**
 * Labels × prompt templates × image embeddings → ranked probabilities.
 *
 * <p>Imports {@code clip}, {@code text}, {@code cache}, {@code batching} for its deadlines, and Micrometer; knows
 * nothing of HTTP or Spring.
 */
@NullMarked
package dev.clipserve.zeroshot;

import org.jspecify.annotations.NullMarked;
