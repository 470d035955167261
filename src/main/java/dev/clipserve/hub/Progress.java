package dev.clipserve.hub;

/** Who wants to know how far a pull is. Several threads tell it. */
public interface Progress {

    /**
     * The pull begins.
     *
     * @param total bytes of all files
     */
    void start(HubName model, long total);

    /** So many more bytes are there; fewer than none when some were thrown away. */
    void advance(long bytes);

    /** Something that people should know, such as a wait. */
    void note(String line);

    /** The pull has ended, well or not. */
    void end();

    /** Tells nobody. */
    Progress SILENT = new Progress() {

        @Override
        public void start(HubName model, long total) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void note(String line) {}

        @Override
        public void end() {}
    };
}
