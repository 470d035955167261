package dev.clipserve.labels;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are there whole or not at all, also after the power went. */
final class AtomicFiles {

    private static final Logger log = LoggerFactory.getLogger(AtomicFiles.class);

    private static final String UNFINISHED = ".unfinished";

    /** No writer takes as long, so its file belongs to one that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private AtomicFiles() {}

    /** Writes beside the file, and puts what is written in its place. */
    static void write(Path file, byte[] content) throws IOException {
        Path folder = file.resolveSibling("");
        Path unfinished = Files.createTempFile(folder, "", UNFINISHED);
        try {
            try (var channel = FileChannel.open(unfinished, WRITE)) {
                for (var rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        force(file.resolveSibling(""));
    }

    /** A rename is on disk when its folder is; not every system can say so. */
    private static void force(Path folder) {
        try (var channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        } catch (IOException e) {
            log.debug("{} cannot be forced to disk", folder, e);
        }
    }

    /** Removes what writers that died have left in a folder. */
    static void sweep(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Instant then = Instant.now().minus(ABANDONED);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(UNFINISHED)
                        && Files.getLastModifiedTime(file).toInstant().isBefore(then)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
