/**
 * Labels × prompt templates × image embeddings → ranked probabilities.
 *
 * <p>Imports {@code clip} and {@code text}; knows nothing of HTTP or Spring.
 */
@NullMarked
package dev.clipserve.zeroshot;

import org.jspecify.annotations.NullMarked;
