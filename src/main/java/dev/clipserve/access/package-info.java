/**
 * Who may ask, for what, and how often: API keys, known by their hashes only, scopes, and limits for each caller.
 *
 * <p>Imports Caffeine, Bucket4j and Micrometer; knows nothing of HTTP, of Spring or of models.
 */
@NullMarked
package dev.clipserve.access;

import org.jspecify.annotations.NullMarked;
