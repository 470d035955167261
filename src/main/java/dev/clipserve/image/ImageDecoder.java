package dev.clipserve.image;

import dev.clipserve.image.InvalidImageException.Reason;
import java.io.IOException;
import java.util.Locale;

/**
 * Image bytes → upright RGB pixels. The format is told by content, the size is read from the header, and both are
 * checked against the limits before anything is decoded or allocated.
 *
 * <p>Every failure is an {@link InvalidImageException}. Immutable; used by many threads at once.
 */
public final class ImageDecoder {

    /** Longest Java array, with room for what some virtual machines keep for themselves. */
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 64L;

    private final ImageLimits limits;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    RgbImage decode(byte[] bytes) {
        return decode(open(bytes), Window::whole);
    }

    /** Reads the header and checks it against the limits. */
    EncodedImage open(byte[] bytes) {
        if (bytes.length == 0) {
            throw new InvalidImageException(
                    Reason.EMPTY, "The image is empty: it has no bytes. Send one of " + limits.formatTitles() + ".");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_BYTES,
                    "The image has " + number(bytes.length) + " bytes; at most " + number(limits.maxBytes())
                            + " are allowed.");
        }
        EncodedImage image = readHeader(allowedFormat(bytes), bytes);
        checkSize(image);
        return image;
    }

    /** Decodes what is wanted of an opened image and turns it upright; the other pixels must not be read. */
    RgbImage decode(EncodedImage image, Window.Choice wanted) {
        TimeLimit deadline = new TimeLimit(limits.decodeTimeout());
        try {
            Window stored = image.orientation().stored(wanted, (int) image.width(), (int) image.height());
            return image.orientation().turn(image.decode(stored, deadline));
        } catch (InvalidImageException alreadyClear) {
            throw alreadyClear;
        } catch (IOException | RuntimeException broken) {
            throw deadline.hasPassed() ? deadline.exceeded() : invalid(image.format(), broken);
        }
    }

    private ImageFormat allowedFormat(byte[] bytes) {
        ImageFormat format = ImageFormat.of(bytes).orElseThrow(() -> unreadable(bytes));
        if (!limits.formats().contains(format)) {
            throw unsupported("The image is " + format.title() + ", which is switched off here.");
        }
        return format;
    }

    private InvalidImageException unreadable(byte[] bytes) {
        return ForeignFormat.nameOf(bytes)
                .map(name -> unsupported("The image is in " + name + " format, which is not supported."))
                .orElseGet(() -> new InvalidImageException(
                        Reason.NOT_AN_IMAGE,
                        "The bytes are not an image in a known format. Send the bytes of one of "
                                + limits.formatTitles() + " as they are in the file."));
    }

    private InvalidImageException unsupported(String message) {
        return new InvalidImageException(
                Reason.UNSUPPORTED_FORMAT, message + " Send one of " + limits.formatTitles() + ".");
    }

    private EncodedImage readHeader(ImageFormat format, byte[] bytes) {
        try {
            return switch (format) {
                case JPEG -> JpegImage.open(bytes);
                case PNG -> PngImage.open(bytes);
                case GIF -> GifImage.open(bytes);
                case WEBP -> WebpImage.open(bytes);
                case BMP -> BmpImage.open(bytes);
                case TIFF -> TiffImage.open(bytes);
            };
        } catch (IOException | RuntimeException broken) {
            throw invalid(format, broken);
        }
    }

    private InvalidImageException invalid(ImageFormat format, Exception cause) {
        return switch (cause) {
            case UnsupportedImageException unsupported ->
                new InvalidImageException(
                        Reason.UNSUPPORTED_FORMAT,
                        "The " + format.title() + " is not supported: " + unsupported.getMessage() + ".",
                        cause);
            case CorruptImageException corrupt ->
                new InvalidImageException(
                        Reason.CORRUPT, "The " + format.title() + " is broken: " + corrupt.getMessage() + ".", cause);
            default ->
                new InvalidImageException(
                        Reason.CORRUPT,
                        "The " + format.title() + " is broken or cut short: it cannot be decoded.",
                        cause);
        };
    }

    private void checkSize(EncodedImage image) {
        long width = image.width();
        long height = image.height();
        if (width < 1 || height < 1) {
            throw new InvalidImageException(
                    Reason.CORRUPT,
                    "The " + image.format().title() + " is broken: it is " + width + " × " + height + " pixels large.");
        }
        // Both sides are below 2^33, so their product may overflow, but not as a double.
        double pixels = (double) width * height;
        long most = Math.min(limits.maxPixels(), LONGEST_ARRAY);
        if (pixels > most) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_PIXELS,
                    "The image has " + String.format(Locale.ROOT, "%,.0f", pixels) + " pixels (" + width + " × "
                            + height + "); at most " + number(most) + " are allowed.");
        }
        requireMemory(image, LONGEST_ARRAY);
    }

    /** Refuses an image that takes more memory than there can be. */
    static void requireMemory(EncodedImage image, long most) {
        long needed = image.decodeBytes();
        if (needed > most) {
            throw new InvalidImageException(
                    Reason.TOO_MANY_PIXELS,
                    "The image has " + number(image.width()) + " × " + number(image.height()) + " pixels, which take "
                            + number(needed) + " bytes to decode; this service has " + number(most) + " for it.");
        }
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
