package dev.clipserve;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** The reference data beside the checkout; a test that needs it is skipped, and says so, where it is not there. */
public final class SharedData {

    private SharedData() {}

    /** The folder {@code name} of the reference data. */
    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty("clipserve.shared", "../shared"), name);
        assumeThat(Files.isDirectory(folder))
                .as("No reference data at %s; point -Dclipserve.shared at its folder", folder)
                .isTrue();
        return folder;
    }
}
