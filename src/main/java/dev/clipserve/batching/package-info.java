/**
 * Groups concurrent calls into batches for workers that are cheaper per item in bulk; the home of the service's queues.
 *
 * <p>Knows nothing of CLIP. Imports the JDK, Micrometer and SLF4J only.
 */
@NullMarked
package dev.clipserve.batching;

import org.jspecify.annotations.NullMarked;
