package dev.clipserve.image;

import java.util.Arrays;

/**
 * A prefix code of a VP8L stream (RFC 9649, section 6.2): canonical, so that the numbers of codes of each length and
 * the symbols in the order of their codes tell all.
 */
final class Vp8lCode {

    private static final int LONGEST_CODE = 15;
    private static final int FIRST_REPETITION = 16;
    /** The order in which the lengths of the code for lengths are stored. */
    private static final int[] LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    /** What a length of the first code stands for where none is known yet. */
    private static final int FIRST_LENGTH = 8;

    private static final int[] REPETITION_BITS = {2, 3, 7};
    private static final int[] LEAST_REPETITIONS = {3, 3, 11};

    /** An object, two arrays' headers and the counts. */
    private static final int OVERHEAD = 96;

    private final short[] counts = new short[LONGEST_CODE + 1];
    private final short[] symbols;

    /**
     * The code in which symbols have these lengths.
     *
     * @param lengths 0 for a symbol that has no code, else 1 to 15
     */
    private Vp8lCode(byte[] lengths) throws CorruptImageException {
        for (byte length : lengths) {
            counts[length]++;
        }
        int used = lengths.length - counts[0];
        counts[0] = 0;
        requireComplete(used);
        symbols = new short[used];
        int next = 0;
        for (int length = 1; length <= LONGEST_CODE; length++) {
            for (int symbol = 0; counts[length] > 0 && symbol < lengths.length; symbol++) {
                if (lengths[symbol] == length) {
                    symbols[next++] = (short) symbol;
                }
            }
        }
    }

    /** All codes have to be in use, but for the code of one symbol, which takes no bits. */
    private void requireComplete(int used) throws CorruptImageException {
        int free = 1;
        for (int length = 1; length <= LONGEST_CODE && free >= 0; length++) {
            free = 2 * free - counts[length];
        }
        if (used == 0 || (free != 0 && used > 1)) {
            throw new CorruptImageException("it has a prefix code that is none");
        }
    }

    /** Reads the definition of a code for so many symbols. */
    static Vp8lCode read(Vp8lBits bits, int alphabet) throws CorruptImageException {
        return new Vp8lCode(bits.readFlag() ? simpleLengths(bits, alphabet) : lengths(bits, alphabet));
    }

    /** One or two symbols, given as they are. */
    private static byte[] simpleLengths(Vp8lBits bits, int alphabet) throws CorruptImageException {
        byte[] lengths = new byte[alphabet];
        boolean two = bits.readFlag();
        setLength(lengths, bits.read(bits.readFlag() ? 8 : 1));
        if (two) {
            setLength(lengths, bits.read(8));
        }
        return lengths;
    }

    /** As in libwebp, a symbol that there is none of does not count. */
    private static void setLength(byte[] lengths, int symbol) {
        if (symbol < lengths.length) {
            lengths[symbol] = 1;
        }
    }

    /** Lengths in a code of their own, in which some stand for repetitions. */
    private static byte[] lengths(Vp8lBits bits, int alphabet) throws CorruptImageException {
        Vp8lCode code = new Vp8lCode(lengthsOfLengths(bits));
        int left = bits.readFlag() ? 2 + bits.read(2 + 2 * bits.read(3)) : alphabet;
        if (left > alphabet) {
            throw new CorruptImageException("it has a prefix code that is none");
        }
        byte[] lengths = new byte[alphabet];
        int previous = FIRST_LENGTH;
        int at = 0;
        for (; at < alphabet && left > 0; left--) {
            int length = code.next(bits);
            if (length < FIRST_REPETITION) {
                lengths[at++] = (byte) length;
                previous = length == 0 ? previous : length;
                continue;
            }
            int kind = length - FIRST_REPETITION;
            int end = at + LEAST_REPETITIONS[kind] + bits.read(REPETITION_BITS[kind]);
            if (end > alphabet) {
                throw new CorruptImageException("it has a prefix code that is none");
            }
            Arrays.fill(lengths, at, end, (byte) (kind == 0 ? previous : 0));
            at = end;
        }
        return lengths;
    }

    private static byte[] lengthsOfLengths(Vp8lBits bits) throws CorruptImageException {
        byte[] lengths = new byte[LENGTH_ORDER.length];
        int count = 4 + bits.read(4);
        for (int i = 0; i < count; i++) {
            lengths[LENGTH_ORDER[i]] = (byte) bits.read(3);
        }
        return lengths;
    }

    /** The memory that it takes. */
    int bytes() {
        return OVERHEAD + Short.BYTES * symbols.length;
    }

    /** Reads a symbol. */
    int next(Vp8lBits bits) throws CorruptImageException {
        if (symbols.length == 1) {
            return symbols[0];
        }
        long window = bits.peek();
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST_CODE; length++, window >>>= 1) {
            code |= (int) window & 1;
            int offset = code - first;
            if (offset < counts[length]) {
                bits.skip(length);
                return symbols[index + offset];
            }
            index += counts[length];
            first = (first + counts[length]) << 1;
            code <<= 1;
        }
        throw new IllegalStateException("A complete code has a symbol for any bits");
    }
}
