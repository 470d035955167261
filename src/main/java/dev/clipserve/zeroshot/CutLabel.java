package dev.clipserve.zeroshot;

/**
 * A label whose longest prompt did not fit into the text encoder, so that its end had no say.
 *
 * @param tokens how many tokens the prompt has, start and end included
 * @param context how many of them the text encoder was given
 */
public record CutLabel(String label, int tokens, int context) {}
