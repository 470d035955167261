package dev.clipserve.batching;

/** An item on its way to a batcher, until this is closed. */
@FunctionalInterface
public interface Announcement extends AutoCloseable {

    @Override
    void close();
}
