package dev.clipserve.cli.evaluate;

/**
 * An image that could not be used.
 *
 * @param reason in the API's words
 */
public record Failure(String path, String reason) {}
