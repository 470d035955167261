package dev.clipserve.cli;

import java.nio.file.Path;

/**
 * Where rows of embeddings go.
 *
 * @param npy the NumPy file; the JSONL file, and the folder of what is unfinished, lie beside it
 */
record EmbeddingOutput(Path npy) {

    private static final String SUFFIX = ".npy";

    EmbeddingOutput {
        if (!npy.toString().endsWith(SUFFIX)) {
            throw new UsageException("The output " + npy + " must end in .npy; there is no other format.");
        }
    }

    /** What each row is, line by line. */
    Path jsonl() {
        String name = String.valueOf(npy.getFileName());
        return npy.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".jsonl");
    }

    /** Where an unfinished run keeps what it has. */
    Path folder() {
        return npy.resolveSibling(npy.getFileName() + ".part");
    }

    /** A file of an unfinished run. */
    Path unfinished(String file) {
        return folder().resolve(file);
    }
}
