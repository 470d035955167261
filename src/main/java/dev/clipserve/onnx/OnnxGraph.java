package dev.clipserve.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a graph comes from: a file, which may have external weights beside it, or a place inside a jar. */
public sealed interface OnnxGraph {

    /** What messages call the graph. */
    String name();

    /**
     * What something that this version of ONNX Runtime made of the graph is kept under, 64 hexadecimal digits; empty
     * where nobody vouches for the graph's content.
     *
     * @param circumstances what else it was made for
     */
    default Optional<String> key(String circumstances) {
        Optional<String> content = switch (this) {
            case File file -> Optional.ofNullable(file.digest());
            case Stored stored -> Optional.of(sha256(stored.bytes()));
        };
        return content.map(digest -> name() + digest + RuntimeEnvironment.get().getVersion() + circumstances)
                .map(text -> sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * A graph in a file.
     *
     * @param digest stands for the content of the graph and its weights; null where nobody vouches for it
     */
    record File(String name, Path path, @Nullable String digest) implements OnnxGraph {}

    /**
     * A graph that is in no file of its own, such as one in a jar. It is read whenever a session is opened, and not
     * kept between: what stays of it is the session's native memory.
     */
    record Stored(String name, Content content) implements OnnxGraph {

        byte[] bytes() {
            try {
                return content.read();
            } catch (IOException e) {
                throw new OnnxException("Cannot read " + name + ": " + e.getMessage(), e);
            }
        }
    }

    /** The bytes of a graph, read anew each time. */
    @FunctionalInterface
    interface Content {

        byte[] read() throws IOException;
    }
}
