package dev.clipserve.api;

import dev.clipserve.clip.EmbeddedImage;

/** What an image of a request was, upright; in pixels. */
record ImageFacts(String format, int width, int height) {

    static ImageFacts of(EmbeddedImage image) {
        return new ImageFacts(image.format().wireName(), image.width(), image.height());
    }
}
