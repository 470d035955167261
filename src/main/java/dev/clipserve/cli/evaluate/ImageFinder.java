package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds image files. */
public interface ImageFinder {

    /** All image files below a folder, in their order. */
    List<Path> within(Path folder) throws IOException;
}
