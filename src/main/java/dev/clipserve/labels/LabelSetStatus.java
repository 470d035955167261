package dev.clipserve.labels;

/** How far a version of a set is encoded for a model. */
public record LabelSetStatus(String name, String version, String model, EncodingProgress progress) {}
