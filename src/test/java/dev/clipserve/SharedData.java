package dev.clipserve;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The reference data that lies outside the repository, in the folder that the system property names. */
public final class SharedData {

    private static final String PROPERTY = "clipserve.shared";

    private SharedData() {}

    /** A folder of the reference data; skips the calling test, saying why, where there is none. */
    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty(PROPERTY, "")).resolve(name);
        Assumptions.assumeTrue(
                Files.isDirectory(folder),
                () -> "no reference data in " + folder + "; set -D" + PROPERTY + "=<folder>");
        return folder;
    }
}
