package dev.clipserve.cli;

/** What a command leaves behind for scripts; {@code docs/cli.md} has the table. */
final class ExitCode {

    /** All went well. */
    static final int OK = 0;

    /** The command did its work, but some images, or requests, failed. */
    static final int SOME_FAILED = 1;

    /** The command line, or a setting, is wrong; nothing was done. */
    static final int USAGE = 2;

    /** The model cannot be loaded. */
    static final int NO_MODEL = 3;

    /** Anything else, such as a disk that is full. */
    static final int BROKEN = 4;

    private ExitCode() {}
}
