package dev.clipserve.api;

import java.util.Base64;
import java.util.Locale;

/** An image as a request carries it. Its bytes are only unpacked when its turn comes. */
public sealed interface ImageSource {

    /** An image whose bytes the request brings. */
    sealed interface Given extends ImageSource {

        /**
         * The image's own bytes.
         *
         * @throws ProblemException if they cannot be had
         */
        byte[] bytes();
    }

    /** A URL that the request brings; whether it is fetched, {@link ImageUrls} decides. */
    record Link(String url) implements ImageSource {}

    /** Bytes that came as they are. */
    final class Raw implements Given {

        private final byte[] content;

        public Raw(byte[] content) {
            this.content = content;
        }

        @Override
        public byte[] bytes() {
            return content;
        }
    }

    /** Base64, as the standard alphabet has it; line breaks are skipped. */
    record Base64Text(String text) implements Given {

        @Override
        public byte[] bytes() {
            try {
                return Base64.getDecoder().decode(text.indexOf('\n') < 0 ? text : text.replaceAll("[\r\n]", ""));
            } catch (IllegalArgumentException e) {
                throw new ProblemException(
                        ProblemType.INVALID_BASE64, "The image is not valid base64: " + e.getMessage() + ".", e);
            }
        }
    }

    /** Something that cannot give an image; known only when its turn comes, so that its neighbours are answered. */
    record Refused(ProblemType type, String detail) implements Given {

        @Override
        public byte[] bytes() {
            throw new ProblemException(type, detail);
        }
    }

    /** The image that a {@code base64} field holds: base64, or a data URI. */
    static ImageSource ofBase64(String text) {
        return isDataUri(text) ? ofDataUri(text) : new Base64Text(text);
    }

    /** The image behind a {@code url} field: a data URI, or a link. */
    static ImageSource ofUrl(String url) {
        return isDataUri(url) ? ofDataUri(url) : new Link(url);
    }

    private static boolean isDataUri(String text) {
        return text.regionMatches(true, 0, "data:", 0, "data:".length());
    }

    /* RFC 2397; only the base64 form, the only one in use for images. The media type is not looked at: content decides. */
    private static ImageSource ofDataUri(String uri) {
        int comma = uri.indexOf(',');
        String head = comma < 0 ? "" : uri.substring(0, comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(";base64")) {
            return new Refused(
                    ProblemType.INVALID_BASE64,
                    "A data URI must look like data:image/jpeg;base64,… with base64 behind the comma.");
        }
        return new Base64Text(uri.substring(comma + 1));
    }
}
