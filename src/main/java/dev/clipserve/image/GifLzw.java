package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Undoes a GIF frame's LZW compression: codes of up to 12 bits, lowest bit first, in blocks of up to 255 bytes. */
final class GifLzw {

    private static final int MOST_CODES = 4_096;

    private final ByteBuffer bytes;
    private final Deadline deadline;
    private final short[] prefix = new short[MOST_CODES];
    private final byte[] suffix = new byte[MOST_CODES];
    private final byte[] reversed = new byte[MOST_CODES + 1];
    private final int rootBits;
    private int at;
    private int blockLeft;
    private int pending;
    private int pendingBits;

    /** Starts at the byte that holds the code size. */
    GifLzw(ByteBuffer bytes, int start, Deadline deadline) throws CorruptImageException {
        this.bytes = bytes;
        this.deadline = deadline;
        rootBits = bytes.get(start);
        at = start + 1;
        if (rootBits < 1 || rootBits > 11) {
            throw new CorruptImageException("its code size is " + rootBits + " bits");
        }
        for (int i = 0; i < 1 << rootBits; i++) {
            suffix[i] = (byte) i;
        }
    }

    /** The first so many indices; what follows them is not read. */
    byte[] decode(int count) throws IOException {
        byte[] indices = new byte[count];
        int clear = 1 << rootBits;
        int bits = rootBits + 1;
        int known = clear + 2;
        int previous = -1;
        byte first = 0;
        int filled = 0;
        while (filled < count) {
            int code = code(bits);
            if (code == clear) {
                bits = rootBits + 1;
                known = clear + 2;
                previous = -1;
                continue;
            }
            if (code == clear + 1) {
                throw new CorruptImageException("its pixel data end early");
            }
            if (code > known || (previous < 0 && code >= clear)) {
                throw new CorruptImageException("its pixel data use a code before it is defined");
            }
            // A code that is just being defined is the previous string and its own first index.
            int length = 0;
            int walk = code;
            if (code == known) {
                reversed[length++] = first;
                walk = previous;
            }
            while (walk >= clear) {
                reversed[length++] = suffix[walk];
                walk = prefix[walk];
            }
            first = suffix[walk];
            reversed[length++] = first;
            while (length > 0 && filled < count) {
                indices[filled++] = reversed[--length];
            }
            if (previous >= 0 && known < MOST_CODES) {
                prefix[known] = (short) previous;
                suffix[known] = first;
                known++;
                bits += known == 1 << bits && bits < 12 ? 1 : 0;
            }
            previous = code;
        }
        return indices;
    }

    private int code(int bits) throws CorruptImageException {
        while (pendingBits < bits) {
            pending |= nextByte() << pendingBits;
            pendingBits += 8;
        }
        int code = pending & ((1 << bits) - 1);
        pending >>>= bits;
        pendingBits -= bits;
        return code;
    }

    private int nextByte() throws CorruptImageException {
        if (blockLeft == 0) {
            deadline.check();
            blockLeft = bytes.get(at++) & 0xFF;
            if (blockLeft == 0) {
                throw new CorruptImageException("its pixel data end early");
            }
        }
        blockLeft--;
        return bytes.get(at++) & 0xFF;
    }
}
