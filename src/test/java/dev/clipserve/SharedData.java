package dev.clipserve;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reference data that lies outside the repository, in the folder that the system property names. */
public final class SharedData {

    private static final Logger log = LoggerFactory.getLogger(SharedData.class);
    private static final String PROPERTY = "clipserve.shared";

    private SharedData() {}

    /** A folder of the reference data; skips the calling test, saying why, where there is none. */
    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty(PROPERTY, "")).resolve(name);
        if (!Files.isDirectory(folder)) {
            log.warn("Skipped: no reference data in {}; set -D{}=<folder>", folder.normalize(), PROPERTY);
            Assumptions.abort("no reference data in " + folder);
        }
        return folder;
    }
}
