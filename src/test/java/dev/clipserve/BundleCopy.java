package dev.clipserve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A copy of the bundle that ships, for tests that break it. */
public final class BundleCopy {

    private BundleCopy() {}

    /** Copies every file of the bundle into a folder. */
    public static void into(Path folder) throws IOException {
        Path source = Path.of("models/mini-clip");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
