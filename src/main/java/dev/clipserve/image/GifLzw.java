package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Undoes a GIF frame's LZW compression: codes of up to 12 bits, lowest bit first, in blocks of up to 255 bytes. */
final class GifLzw {

    private static final int MOST_BITS = 12;
    private static final int MOST_CODES = 1 << MOST_BITS;
    private static final int NONE = -1;

    private final ByteBuffer bytes;
    private final TimeLimit deadline;
    private final short[] prefix = new short[MOST_CODES];
    private final byte[] suffix = new byte[MOST_CODES];
    private final byte[] reversed = new byte[MOST_CODES + 1];
    private final int rootBits;
    private final int clear;
    private int bits;
    private int known;
    private int previous;
    private byte first;
    private int at;
    private int blockLeft;
    private int pending;
    private int pendingBits;

    /** Starts at the byte that holds the code size. */
    GifLzw(ByteBuffer bytes, int start, TimeLimit deadline) throws CorruptImageException {
        this.bytes = bytes;
        this.deadline = deadline;
        rootBits = bytes.get(start);
        clear = 1 << rootBits;
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
        int filled = 0;
        clear();
        while (filled < count) {
            int code = code(bits);
            if (code == clear) {
                clear();
                continue;
            }
            requireDefined(code);
            int length = expand(code);
            while (length > 0 && filled < count) {
                indices[filled++] = reversed[--length];
            }
            define();
            previous = code;
        }
        return indices;
    }

    private void clear() {
        bits = rootBits + 1;
        known = clear + 2;
        previous = NONE;
    }

    private void requireDefined(int code) throws CorruptImageException {
        if (code == clear + 1) {
            throw new CorruptImageException("its pixel data end early");
        }
        if (code > known || (previous == NONE && code > clear)) {
            throw new CorruptImageException("its pixel data use a code before it is defined");
        }
    }

    /** Writes a code's string backwards and tells its length. */
    private int expand(int code) {
        int length = 0;
        int walk = code;
        if (code == known) {
            // The code that is just being defined is the previous string and its own first index.
            reversed[length++] = first;
            walk = previous;
        }
        while (walk >= clear) {
            reversed[length++] = suffix[walk];
            walk = prefix[walk];
        }
        first = suffix[walk];
        reversed[length++] = first;
        return length;
    }

    /** The next free code is the previous string and the first index of this one. */
    private void define() {
        if (previous == NONE || known == MOST_CODES) {
            return;
        }
        prefix[known] = (short) previous;
        suffix[known] = first;
        known++;
        if (known == 1 << bits && bits < MOST_BITS) {
            bits++;
        }
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
