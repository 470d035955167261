package dev.clipserve.image;

import java.util.Objects;

/**
 * Upright 8-bit RGB pixels as a strided view of a decoder's own bytes: a gray, BGR or rotated picture is read in place
 * and never copied.
 *
 * <p>Sample (x, y, channel) is {@code data[origin + x * columnStride + y * rowStride + channel offset]}.
 */
final class RgbImage {

    private final byte[] data;
    private final Layout layout;

    /**
     * Where a pixel's samples lie.
     *
     * @param origin index of pixel (0, 0)
     * @param columnStride distance from a pixel to its right neighbour; negative for mirrored pictures
     * @param rowStride distance from a pixel to the one below
     * @param red offset of the red sample from its pixel; equal to the others in gray pictures
     */
    record Layout(int width, int height, int origin, int columnStride, int rowStride, int red, int green, int blue) {}

    RgbImage(byte[] data, Layout layout) {
        this.data = Objects.requireNonNull(data);
        this.layout = layout;
    }

    /** Packed rows of R, G, B. */
    static RgbImage packed(int width, int height, byte[] rgb) {
        return new RgbImage(rgb, new Layout(width, height, 0, 3, 3 * width, 0, 1, 2));
    }

    /** Packed rows of one gray byte a pixel. */
    static RgbImage gray(int width, int height, byte[] gray) {
        return new RgbImage(gray, new Layout(width, height, 0, 1, width, 0, 0, 0));
    }

    /** Packed rows of one {@code 0xRRGGBB} a pixel, whose top byte is dropped. */
    static RgbImage ofColors(int width, int height, int[] colors) {
        byte[] rgb = new byte[Math.multiplyExact(colors.length, 3)];
        int to = 0;
        for (int color : colors) {
            rgb[to++] = (byte) (color >> 16);
            rgb[to++] = (byte) (color >> 8);
            rgb[to++] = (byte) color;
        }
        return packed(width, height, rgb);
    }

    int width() {
        return layout.width();
    }

    int height() {
        return layout.height();
    }

    /** The bytes that {@link #layout} indexes; not a copy, and not to be written to. */
    byte[] data() {
        return data;
    }

    Layout layout() {
        return layout;
    }

    /** Writes packed R, G, B rows that begin {@code stride} bytes apart. */
    void copyTo(byte[] target, int start, int stride) {
        for (int y = 0; y < height(); y++) {
            int from = layout.origin() + y * layout.rowStride();
            int to = start + y * stride;
            for (int x = 0; x < width(); x++, from += layout.columnStride(), to += 3) {
                target[to] = data[from + layout.red()];
                target[to + 1] = data[from + layout.green()];
                target[to + 2] = data[from + layout.blue()];
            }
        }
    }
}
