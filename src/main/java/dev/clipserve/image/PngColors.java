package dev.clipserve.image;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns a row of PNG samples into 8-bit gray or RGB: alpha is dropped, 16-bit samples keep their high byte, samples of
 * fewer bits are spread over 0…255, palette indices become colours (black where the palette ends).
 */
final class PngColors {

    private final PngHeader header;
    private final byte[] palette;

    private PngColors(PngHeader header, byte[] palette) {
        this.header = header;
        this.palette = palette;
    }

    static PngColors of(PngHeader header, @Nullable ByteBuffer stored) throws CorruptImageException {
        byte[] palette = new byte[3 * 256];
        if (header.colorType() == 3) {
            if (stored == null) {
                throw new CorruptImageException("its palette is missing");
            }
            stored.get(0, palette, 0, Math.min(palette.length, stored.limit()));
        }
        return new PngColors(header, palette);
    }

    /** Bytes of a pixel in the target: 1 for gray, 3 for RGB. */
    int channels() {
        return header.isGray() ? 1 : 3;
    }

    /**
     * Writes one row.
     *
     * @param row unfiltered samples, behind one filter byte
     * @param target where pixel i goes to {@code position + i * step}
     */
    void write(byte[] row, int pixels, byte[] target, Place place) {
        if (header.bitDepth() < 8) {
            writeBits(row, pixels, target, place);
        } else if (header.colorType() == 3) {
            writePalette(row, pixels, target, place);
        } else {
            writeBytes(row, pixels, target, place);
        }
    }

    /** Where a row's pixels go: the first at {@code start}, each next one {@code step} bytes further. */
    record Place(int start, int step) {}

    private void writeBytes(byte[] row, int pixels, byte[] target, Place place) {
        int sampleBytes = header.bitDepth() / 8;
        int pixelBytes = header.samples() * sampleBytes;
        int channels = channels();
        int to = place.start();
        for (int i = 0, from = 1; i < pixels; i++, from += pixelBytes, to += place.step()) {
            for (int c = 0; c < channels; c++) {
                target[to + c] = row[from + c * sampleBytes];
            }
        }
    }

    private void writePalette(byte[] row, int pixels, byte[] target, Place place) {
        for (int i = 0, to = place.start(); i < pixels; i++, to += place.step()) {
            System.arraycopy(palette, 3 * (row[1 + i] & 0xFF), target, to, 3);
        }
    }

    private void writeBits(byte[] row, int pixels, byte[] target, Place place) {
        int depth = header.bitDepth();
        int most = (1 << depth) - 1;
        int to = place.start();
        for (int i = 0; i < pixels; i++, to += place.step()) {
            int bit = i * depth;
            int sample = (row[1 + (bit >> 3)] >> (8 - depth - (bit & 7))) & most;
            if (header.colorType() == 3) {
                System.arraycopy(palette, 3 * sample, target, to, 3);
            } else {
                target[to] = (byte) (sample * 255 / most);
            }
        }
    }
}
