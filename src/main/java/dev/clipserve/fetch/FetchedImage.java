package dev.clipserve.fetch;

/** The bytes behind a URL, whatever they are; closing gives their memory back. */
public final class FetchedImage implements AutoCloseable {

    private final byte[] bytes;
    private final ByteBudget.Share memory;

    FetchedImage(byte[] bytes, ByteBudget.Share memory) {
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
