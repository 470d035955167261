package dev.clipserve.hub;

import java.util.regex.Pattern;

/**
 * One file of a repository that is wanted. Its path is the hub's word and becomes a file's name here, so what could
 * lead anywhere else cannot be constructed.
 *
 * @param path inside the repository, such as {@code onnx/vision_model.onnx}
 * @param size in bytes
 */
record HubFile(String path, long size, FileDigest digest) {

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._ +-]{0,200}");
    private static final int MOST_SEGMENTS = 8;

    HubFile {
        if (!isSafe(path)) {
            throw new IllegalArgumentException("'" + printable(path) + "' is no name that a file may have here");
        }
        if (size < 0) {
            throw new IllegalArgumentException(path + " cannot have " + size + " bytes");
        }
    }

    /** Letters, digits and a few signs, no hidden files, nothing that goes up. */
    static boolean isSafe(String path) {
        String[] segments = path.split("/", -1);
        if (segments.length > MOST_SEGMENTS || path.endsWith(Download.UNFINISHED)) {
            return false;
        }
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches() || segment.endsWith(".") || segment.endsWith(" ")) {
                return false;
            }
        }
        return true;
    }

    /** What others sent, fit for a message: no control characters, and no more than fits into a line. */
    static String printable(String text) {
        String visible = text.replaceAll("\\P{Print}", "?");
        return visible.length() <= 120 ? visible : visible.substring(0, 120) + "…";
    }
}
