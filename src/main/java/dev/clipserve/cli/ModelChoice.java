package dev.clipserve.cli;

import dev.clipserve.clip.Precision;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which model a command wants; what is left out is as the service is configured.
 *
 * @param folder of its bundle
 * @param precision of its graphs
 */
public record ModelChoice(Optional<Path> folder, Optional<Precision> precision) {}
