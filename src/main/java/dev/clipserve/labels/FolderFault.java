package dev.clipserve.labels;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Map;

/** What is wrong with a folder, for callers of the service: without the place, which is for its log. */
final class FolderFault {

    private static final String NO_SPACE = "no space left";
    private static final String NO_PERMISSION = "no permission";
    private static final String OTHER = "the service's log says why";

    /** What callers are told of what the operating system says. */
    private static final Map<String, String> REASONS = Map.of(
            "No space left on device",
            NO_SPACE,
            "Disk quota exceeded",
            NO_SPACE,
            "Read-only file system",
            "read-only file system",
            "Operation not permitted",
            NO_PERMISSION);

    private FolderFault() {}

    /** The reason alone. */
    static String of(IOException e) {
        if (e instanceof AccessDeniedException) {
            return NO_PERMISSION;
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? OTHER : REASONS.getOrDefault(reason, OTHER);
    }
}
