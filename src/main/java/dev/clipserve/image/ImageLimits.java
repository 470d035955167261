package dev.clipserve.image;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much work one image may ask for.
 *
 * @param maxBytes most bytes of the encoded image
 * @param maxPixels most pixels, width × height as the header states them
 * @param decodeTimeout longest time that decoding may take, not counting the wait for memory
 * @param formats the formats that are decoded; at least one
 */
public record ImageLimits(long maxBytes, long maxPixels, Duration decodeTimeout, Set<ImageFormat> formats) {

    public ImageLimits {
        if (maxBytes < 1 || maxPixels < 1) {
            throw new IllegalArgumentException(
                    "the limits must be positive, not " + maxBytes + " bytes and " + maxPixels + " pixels");
        }
        if (!decodeTimeout.isPositive()) {
            throw new IllegalArgumentException("the decode timeout must be positive, not " + decodeTimeout);
        }
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("at least one image format must be allowed");
        }
        formats = Collections.unmodifiableSet(EnumSet.copyOf(formats));
    }

    /** The allowed formats as a sentence fragment: {@code JPEG, PNG, WebP}. */
    String formatTitles() {
        return formats.stream().map(ImageFormat::title).collect(Collectors.joining(", "));
    }
}
