package dev.clipserve.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file, in words: Java's messages of the usual faults are nothing but the file's name. */
final class IoFaults {

    private IoFaults() {}

    /** Names the file, too. */
    static String words(IOException e) {
        return e instanceof FileSystemException named ? named.getFile() + ": " + reason(e) : reason(e);
    }

    /** The fault alone. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "there is no such file or folder";
            case AccessDeniedException denied -> "access is denied";
            case NotDirectoryException file -> "it is not a folder";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
