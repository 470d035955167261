package dev.clipserve.hub;

import java.util.Locale;

/** Bytes as people read them. */
public final class Sizes {

    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Sizes() {}

    /** A number of bytes with three digits: {@code 605 MB}, {@code 1.71 GB}. */
    public static String of(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 999.5) {
            size /= 1000;
            unit++;
        }
        String format = unit == 0 || size >= 99.95 ? "%.0f %s" : size >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, size, UNITS[unit]);
    }
}
