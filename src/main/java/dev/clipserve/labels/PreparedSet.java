package dev.clipserve.labels;

import dev.clipserve.zeroshot.LabelEmbeddings;
import java.util.Optional;

/** A set that is encoded for a model: all that classifying with it takes. */
public record PreparedSet(String name, String version, Optional<String> noneLabel, LabelEmbeddings labels) {}
