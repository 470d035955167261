package dev.clipserve.image;

import java.io.IOException;

/** A decoder of this package found the bytes broken; the message completes "The PNG is broken: …". */
final class CorruptImageException extends IOException {

    CorruptImageException(String message) {
        super(message);
    }
}
