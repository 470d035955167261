package dev.clipserve.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The image formats that can be decoded. */
public enum ImageFormat {
    JPEG("jpeg", "JPEG"),
    PNG("png", "PNG"),
    GIF("gif", "GIF"),
    WEBP("webp", "WebP"),
    BMP("bmp", "BMP"),
    TIFF("tiff", "TIFF");

    private final String wireName;
    private final String title;

    ImageFormat(String wireName, String title) {
        this.wireName = wireName;
        this.title = title;
    }

    /** The lower-case name in requests, answers and configuration, such as {@code jpeg}. */
    public String wireName() {
        return wireName;
    }

    /** The name as people write it, such as WebP. */
    public String title() {
        return title;
    }

    /** The format that the first bytes promise; names and media types that a caller states are never asked. */
    static Optional<ImageFormat> of(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, 16), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return Optional.of(GIF);
        }
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return Optional.of(WEBP);
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return Optional.of(TIFF);
        }
        return start.startsWith("BM") ? Optional.of(BMP) : Optional.empty();
    }
}
