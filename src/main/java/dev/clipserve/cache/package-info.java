/**
 * What is dear to compute: kept, bounded by bytes, and computed once even when many ask for it at the same time.
 *
 * <p>Knows nothing of CLIP. Imports {@code batching} for its deadlines, Caffeine and Micrometer.
 */
@NullMarked
package dev.clipserve.cache;

import org.jspecify.annotations.NullMarked;
