/**
 * Groups concurrent calls into batches for workers that are cheaper per item in bulk; the home of the service's queues.
 *
 * <p>Knows nothing of CLIP. Imports the JDK and Micrometer only.
 */
@NullMarked
package dev.clipserve.batching;

import org.jspecify.annotations.NullMarked;
