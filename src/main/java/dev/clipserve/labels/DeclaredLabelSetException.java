package dev.clipserve.labels;

import java.nio.file.Path;

/** A file that declares a label set is not as it should be; the message names the file and what is wrong. */
public final class DeclaredLabelSetException extends RuntimeException {

    DeclaredLabelSetException(Path file, String fault) {
        super(file + " " + fault);
    }

    DeclaredLabelSetException(Path file, String fault, Throwable cause) {
        super(file + " " + fault, cause);
    }
}
