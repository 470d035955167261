package dev.clipserve.cli.evaluate;

import java.nio.file.Path;

/**
 * An image whose class is known.
 *
 * @param origin where the class was read, for messages
 */
record ClassifiedImage(Path file, String className, String origin) {}
