package dev.clipserve.fetch;

import dev.clipserve.batching.Budget;

/** The bytes behind a URL, whatever they are; closing gives their memory back. */
public final class FetchedImage implements AutoCloseable {

    private final byte[] bytes;
    private final Budget.Share memory;

    FetchedImage(byte[] bytes, Budget.Share memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        memory.close();
    }
}
