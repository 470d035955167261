/**
 * Labels × prompt templates × image embeddings → ranked probabilities.
 *
 * <p>Imports {@code clip} and {@code text}, Caffeine for what is kept and Micrometer for how often it is found; knows
 * nothing of HTTP or Spring.
 */
@NullMarked
package dev.clipserve.zeroshot;

import org.jspecify.annotations.NullMarked;
