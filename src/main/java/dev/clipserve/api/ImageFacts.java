package dev.clipserve.api;

import dev.clipserve.clip.EmbeddedImage;

/** What an image of a request was, upright; in pixels. */
public record ImageFacts(String format, int width, int height) {

    /** What is known of an image that has been embedded. */
    public static ImageFacts of(EmbeddedImage image) {
        return new ImageFacts(image.format().wireName(), image.width(), image.height());
    }
}
