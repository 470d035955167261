package dev.clipserve.cli;

import dev.clipserve.clip.Precision;
import java.util.Optional;

/**
 * Which model a command wants; what is left out is as the service is configured.
 *
 * @param model its bundle's folder, or its name
 * @param precision of its graphs
 */
public record ModelChoice(Optional<String> model, Optional<Precision> precision) {}
