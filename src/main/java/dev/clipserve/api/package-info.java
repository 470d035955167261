/**
 * HTTP: the native contract of {@code openapi.yaml}, its three body forms, problem details, limits and health.
 *
 * <p>Imports every package below; the only one beside the root that knows Spring.
 */
@NullMarked
package dev.clipserve.api;

import org.jspecify.annotations.NullMarked;
