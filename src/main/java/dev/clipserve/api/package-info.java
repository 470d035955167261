/**
 * HTTP: the native contract of {@code openapi.yaml}, its three body forms, problem details, limits and health.
 *
 * <p>Imports most packages below; beside it, only the root and {@code redis} know Spring.
 */
@NullMarked
package dev.clipserve.api;

import org.jspecify.annotations.NullMarked;
