package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds image files. */
public interface ImageFinder {

    /** The paths of all image files below a folder, in their order. */
    List<String> within(Path folder) throws IOException;
}
