package dev.clipserve.image;

import java.nio.ByteBuffer;

/**
 * A Huffman table (ITU T.81 annex C and F.2.2.3) as a lookup by the next eleven bits.
 *
 * <p>A symbol says how many zero coefficients are skipped (its high four bits) and how many further bits make up the
 * value of the next one (its low four). Where code and value together fit into so many bits, which is nearly always,
 * one lookup gives both.
 */
final class JpegHuffmanTable {

    /** How many bits {@link #quickEntry} looks at. */
    static final int LOOKUP_BITS = 11;

    private static final int LONGEST_CODE = 16;

    private final int[] lookup = new int[1 << LOOKUP_BITS];
    /** For each length the first code that is too large for it, aligned to 16 bits. */
    private final int[] ends = new int[LONGEST_CODE + 1];
    /** For each length what is added to a code to find its symbol. */
    private final int[] offsets = new int[LONGEST_CODE + 1];

    private final byte[] symbols;

    /** Reads the 16 numbers of codes of each length and the symbols, and steps behind them. */
    JpegHuffmanTable(ByteBuffer segment) throws CorruptImageException {
        byte[] counts = new byte[LONGEST_CODE];
        segment.get(counts);
        int total = 0;
        for (byte count : counts) {
            total += count & 0xFF;
        }
        symbols = new byte[total];
        segment.get(symbols);
        fill(counts);
    }

    private void fill(byte[] counts) throws CorruptImageException {
        int code = 0;
        int next = 0;
        for (int length = 1; length <= LONGEST_CODE; length++, code <<= 1) {
            int count = counts[length - 1] & 0xFF;
            // the code of ones only is not to be used
            if (count > 0 && code + count >= 1 << length) {
                throw new CorruptImageException("a Huffman table has more codes than there are");
            }
            offsets[length] = next - code;
            for (int i = 0; i < count; i++) {
                enter(code++, length, symbols[next++] & 0xFF);
            }
            ends[length] = code << (LONGEST_CODE - length);
        }
    }

    /** Whether each symbol is a number of bits alone, as for DC coefficients. */
    boolean hasSizesOnly() {
        for (byte symbol : symbols) {
            if ((symbol & 0xF0) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The entry of the code that the bits begin with, of these parts: bits 0–7 what to step over, bits 8–11 the zeros
     * before the coefficient, bits 12–15 how many bits its value has, bits 16–31 the value. Where the value is 0 only
     * the code is to be stepped over, and the value's bits, if there are any, follow.
     */
    int entry(long bits) throws CorruptImageException {
        int entry = quickEntry(bits);
        return entry != 0 ? entry : longEntry((int) (bits >>> (Long.SIZE - LONGEST_CODE)));
    }

    /** The same, but 0 where the code is longer than {@link #LOOKUP_BITS}. */
    int quickEntry(long bits) {
        return lookup[(int) (bits >>> (Long.SIZE - LOOKUP_BITS))];
    }

    /** A value of so many bits, at least 1, that the bits begin with (F.2.2.1, EXTEND). */
    static int value(long bits, int size) {
        int value = (int) (bits >>> (Long.SIZE - size));
        // a first bit of 0 makes it negative
        return bits < 0 ? value : value - (1 << size) + 1;
    }

    private int longEntry(int bits) throws CorruptImageException {
        for (int length = LOOKUP_BITS + 1; length <= LONGEST_CODE; length++) {
            if (bits < ends[length]) {
                int code = bits >> (LONGEST_CODE - length);
                return entry(length, symbols[code + offsets[length]] & 0xFF, /* value= */ 0);
            }
        }
        throw new CorruptImageException("its scan has an unknown code");
    }

    /** Enters a code under all bits that begin with it, if it is that short. */
    private void enter(int code, int length, int symbol) {
        int spare = LOOKUP_BITS - length;
        if (spare < 0) {
            return;
        }
        int size = symbol & 15;
        for (int bits = code << spare; bits < (code + 1) << spare; bits++) {
            int value = size == 0 || size > spare ? 0 : value((long) bits << (Long.SIZE - spare), size);
            lookup[bits] = entry(value == 0 ? length : length + size, symbol, value);
        }
    }

    private static int entry(int length, int symbol, int value) {
        return value << 16 | (symbol & 15) << 12 | (symbol >> 4) << 8 | length;
    }
}
