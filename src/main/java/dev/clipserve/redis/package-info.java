/**
 * Label sets in Redis, where every replica of the service sees them.
 *
 * <p>Imports {@code labels} and Spring Data Redis, and is the only package beside the root that knows the latter;
 * imported by the root alone.
 */
@NullMarked
package dev.clipserve.redis;

import org.jspecify.annotations.NullMarked;
