package dev.clipserve.image;

/**
 * An image as a model takes it.
 *
 * @param width of the upright image before the resize, in pixels
 * @param height of the upright image before the resize, in pixels
 */
public record PreparedImage(ImageFormat format, int width, int height, PixelValues pixels) {}
