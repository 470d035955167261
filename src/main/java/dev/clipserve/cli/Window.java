package dev.clipserve.cli;

/** How many images are under way at the same time. */
final class Window {

    /** Two full runs of a GPU, or of several processor sessions. */
    private static final int BATCHES = 64;

    private Window() {}

    /** As many as keep the decoders busy and the encoder's runs full. */
    static int size() {
        return BATCHES + 2 * Runtime.getRuntime().availableProcessors();
    }
}
