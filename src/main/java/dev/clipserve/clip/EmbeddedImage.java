package dev.clipserve.clip;

import dev.clipserve.image.ImageFormat;

/**
 * What is left of an image when the model has seen it.
 *
 * @param width as shown, upright
 * @param height as shown, upright
 */
public record EmbeddedImage(ImageFormat format, int width, int height, Embedding embedding) {}
