package dev.clipserve.batching;

import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What a batcher has to know of its queue and of the items in it.
 *
 * @param name what messages and meters call the queue
 * @param provider what meters call the hardware that runs the batches
 * @param shape what items must have in common to share a batch; compared by {@code equals}
 * @param bytes how much memory an item holds while it waits
 */
public record QueueSpec<I>(
        String name, String provider, BatchPolicy policy, Function<I, Object> shape, ToLongFunction<I> bytes) {}
