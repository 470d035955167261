package dev.clipserve.image;

import java.io.IOException;

/** The image uses a part of its format that is not decoded; the message completes "The TIFF is not supported: …". */
final class UnsupportedImageException extends IOException {

    UnsupportedImageException(String message) {
        super(message);
    }
}
