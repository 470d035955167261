package dev.clipserve.cli;

import java.util.Locale;

/** The forms that a list or a report can have on standard output. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
