package dev.clipserve.onnx;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a graph comes from: a file, which may have external weights beside it, or bytes, for a graph inside a jar. */
public sealed interface OnnxGraph {

    /** What messages call the graph. */
    String name();

    /**
     * A graph in a file.
     *
     * @param digest stands for the content of the graph and its weights; null where nobody vouches for it
     */
    record File(String name, Path path, @Nullable String digest) implements OnnxGraph {}

    /** A graph in memory. */
    final class Bytes implements OnnxGraph {

        private final String name;
        private final byte[] content;

        public Bytes(String name, byte[] content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name() {
            return name;
        }

        byte[] content() {
            return content;
        }
    }
}
