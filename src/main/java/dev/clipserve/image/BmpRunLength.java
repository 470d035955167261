package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Undoes a bitmap's run-length compression (RLE8, RLE4). Pixels that are skipped have index 0. */
final class BmpRunLength {

    private static final int END_OF_ROW = 0;
    private static final int END_OF_PICTURE = 1;
    private static final int MOVE = 2;

    /** The shortest code takes two bytes and the longest 255 pixels. */
    private static final int CODES_BETWEEN_CHECKS = 1_024;

    private final ByteBuffer bytes;
    private final boolean fourBits;
    private final int width;
    private final int height;
    private final byte[] indices;
    private int at;
    private int x;
    private int y;

    BmpRunLength(ByteBuffer bytes, BmpHeader header) {
        this.bytes = bytes;
        fourBits = header.bits() == 4;
        width = Math.toIntExact(header.width());
        height = Math.toIntExact(header.height());
        indices = new byte[Math.multiplyExact(width, height)];
        at = header.pixels();
    }

    /** One palette index a byte, rows in the order of the file. */
    byte[] decode(TimeLimit deadline) throws IOException {
        for (int codes = 1; y < height; codes++) {
            if (codes % CODES_BETWEEN_CHECKS == 0) {
                deadline.check();
            }
            int count = next();
            int value = next();
            if (count > 0) {
                run(count, value);
            } else if (value > MOVE) {
                literal(value);
            } else if (value == END_OF_PICTURE) {
                break;
            } else if (value == END_OF_ROW) {
                x = 0;
                y++;
            } else {
                x += next();
                y += next();
            }
        }
        return indices;
    }

    private int next() throws CorruptImageException {
        if (at < 0 || at >= bytes.limit()) {
            throw new CorruptImageException("its pixel data end early");
        }
        return bytes.get(at++) & 0xFF;
    }

    private void run(int count, int value) {
        for (int i = 0; i < count; i++) {
            put(fourBits ? nibble(value, i) : value);
        }
    }

    private void literal(int count) throws CorruptImageException {
        int read = fourBits ? (count + 1) / 2 : count;
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = !fourBits || i % 2 == 0 ? next() : value;
            put(fourBits ? nibble(value, i) : value);
        }
        at += read % 2;
    }

    private static int nibble(int value, int i) {
        return i % 2 == 0 ? value >> 4 : value & 15;
    }

    private void put(int index) {
        if (x < width && y < height) {
            indices[y * width + x] = (byte) index;
        }
        x++;
    }
}
