package dev.clipserve.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file of keys, with faults that name it. */
final class KeyFile {

    /** Thousands of keys; a larger file is another one than was meant. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    /**
     * What it contains now.
     *
     * @throws InvalidKeysException if it cannot be read
     */
    String read() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new InvalidKeysException(path + ": is larger than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (IOException e) {
            throw new InvalidKeysException(
                    path + ": cannot be read as text, " + e.getClass().getSimpleName(), e);
        }
    }

    /**
     * The keys of a content.
     *
     * @throws InvalidKeysException if it is not as it should be
     */
    List<AccessKey> parse(String content) {
        try {
            return KeyLines.parse(content);
        } catch (InvalidKeysException e) {
            throw e.at(path.toString());
        }
    }
}
