package dev.clipserve.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Run inside the container, which has neither a shell nor {@code cat}: tells what the service's process may do there.
 */
final class Probe {

    private Probe() {}

    /** Prints the status of process 1, and what became of writing into each folder that is named. */
    public static void main(String[] folders) throws IOException {
        System.out.println(Files.readString(Path.of("/proc/1/status")));
        for (String folder : folders) {
            System.out.println(folder + ": " + write(Path.of(folder)));
        }
    }

    private static String write(Path folder) {
        try {
            Files.delete(Files.createTempFile(folder, "probe", ""));
            return "writable";
        } catch (IOException e) {
            return "refused: " + e;
        }
    }
}
