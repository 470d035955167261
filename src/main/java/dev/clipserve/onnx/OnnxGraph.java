package dev.clipserve.onnx;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a graph comes from: a file, which may have external weights beside it, or a place inside a jar. */
public sealed interface OnnxGraph {

    /** What messages call the graph. */
    String name();

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
