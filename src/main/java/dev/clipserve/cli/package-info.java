/**
 * The command line: classify, embed, evaluate and measure without a server or from outside of it.
 *
 * <p>Imports {@code api} for its fields, rules and problems, {@code labels}, {@code zeroshot}, {@code clip},
 * {@code image}, {@code batching} and {@code hub}; the only one that knows picocli. Knows nothing of Spring: the root
 * gives it its models.
 */
@NullMarked
package dev.clipserve.cli;

import org.jspecify.annotations.NullMarked;
