package dev.clipserve.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder that ONNX Runtime writes files into, and no folders. */
final class FlatFolder {

    private static final Logger log = LoggerFactory.getLogger(FlatFolder.class);

    private FlatFolder() {}

    /** Deletes the folder, if it is there, with its files; what cannot be deleted stays, and is told in the log. */
    static void delete(Path folder) {
        try {
            if (Files.exists(folder)) {
                empty(folder);
                Files.delete(folder);
            }
        } catch (IOException e) {
            log.warn("Cannot delete {}: {}", folder, e.toString());
        }
    }

    /** Deletes the files in a folder. */
    static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
