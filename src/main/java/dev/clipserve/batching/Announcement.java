package dev.clipserve.batching;

/** An item on its way to a batcher, and the place that is kept for it there, until this is closed. */
public interface Announcement extends AutoCloseable {

    /** Of an item that comes unannounced. */
    Announcement NONE = new Announcement() {
        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public void close() {}
    };

    /** Whether the item is still expected. */
    boolean isOpen();

    @Override
    void close();
}
