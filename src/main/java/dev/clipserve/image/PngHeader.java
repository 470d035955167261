package dev.clipserve.image;

import java.nio.ByteBuffer;

/**
 * The IHDR chunk of a PNG.
 *
 * @param width 0 to 2^32 - 1, unchecked
 * @param height 0 to 2^32 - 1, unchecked
 * @param bitDepth bits of each sample
 * @param colorType 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
 */
record PngHeader(long width, long height, int bitDepth, int colorType, int compression, int filter, int interlace) {

    static PngHeader read(ByteBuffer data) {
        return new PngHeader(
                Integer.toUnsignedLong(data.getInt(0)),
                Integer.toUnsignedLong(data.getInt(4)),
                data.get(8),
                data.get(9),
                data.get(10),
                data.get(11),
                data.get(12));
    }

    boolean isGray() {
        return colorType == 0 || colorType == 4;
    }

    boolean isInterlaced() {
        return interlace == 1;
    }

    /** Samples of each pixel as stored. */
    int samples() {
        return switch (colorType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** Bytes of one row of that many pixels, without its filter byte. */
    long rowBytes(long pixels) {
        return (pixels * samples() * bitDepth + 7) / 8;
    }

    /** Distance in bytes to the sample that the row filters predict from. */
    int filterDistance() {
        return Math.max(1, samples() * bitDepth / 8);
    }

    /** Refuses the combinations that the specification does not define. */
    void requireKnown() throws CorruptImageException {
        boolean known = switch (colorType) {
            case 0 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8 || bitDepth == 16;
            case 2, 4, 6 -> bitDepth == 8 || bitDepth == 16;
            case 3 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8;
            default -> false;
        };
        if (!known) {
            throw new CorruptImageException(
                    "there is no PNG of color type " + colorType + " with " + bitDepth + " bits a sample");
        }
        if (compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
            throw new CorruptImageException("its header names an unknown compression, filter or interlace method");
        }
    }
}
