package dev.clipserve.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The compressed data of a strip or tile of a TIFF, of which is looked only at how much they unpack to: where they end
 * early, the JDK's reader leaves the rest black.
 */
final class TiffPacked {

    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int FIRST_CODE = 258;
    private static final int MOST_CODES = 4_096;
    private static final int LEAST_BITS = 9;
    private static final int MOST_BITS = 12;
    private static final int NONE = -1;

    private static final int PACK_BITS_NOTHING = -128;

    private static final int INFLATED_AT_ONCE = 8_192;

    /** Each takes a byte or two. */
    private static final int CODES_BETWEEN_CHECKS = 4_096;

    private final ByteBuffer data;
    private final long wanted;
    private final TimeLimit deadline;
    private long length;
    private int codes;
    private int pending;
    private int pendingBits;

    /**
     * Data at their beginning.
     *
     * @param wanted how many bytes they have to unpack to
     */
    TiffPacked(ByteBuffer data, long wanted, TimeLimit deadline) {
        this.data = data;
        this.wanted = wanted;
        this.deadline = deadline;
    }

    private static CorruptImageException tooShort() {
        return new CorruptImageException("its pixel data end early");
    }

    private void countCode() {
        if (++codes % CODES_BETWEEN_CHECKS == 0) {
            deadline.check();
        }
    }

    /** Data of runs and literals. */
    void requirePackBits() throws IOException {
        while (length < wanted) {
            countCode();
            int code = data.hasRemaining() ? data.get() : 0;
            if (code == PACK_BITS_NOTHING) {
                throw new UnsupportedImageException("its PackBits data have a code that is not decoded");
            }
            int count = (int) Math.min(1 + Math.abs(code), wanted - length);
            int stored = code < 0 ? 1 : count;
            if (data.remaining() < stored) {
                throw tooShort();
            }
            data.position(data.position() + stored);
            length += count;
        }
    }

    /** Data in zlib's format. */
    void requireDeflate() throws CorruptImageException {
        byte[] inflated = new byte[INFLATED_AT_ONCE];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data);
            while (length < wanted) {
                deadline.check();
                int count = inflater.inflate(inflated, 0, (int) Math.min(inflated.length, wanted - length));
                if (count == 0) {
                    throw tooShort();
                }
                length += count;
            }
        } catch (DataFormatException damaged) {
            throw new CorruptImageException("its compressed pixel data are damaged");
        } finally {
            inflater.end();
        }
    }

    /**
     * Data of codes of 9 to 12 bits (TIFF Revision 6.0, section 13).
     *
     * @param lowestFirst whether the bits of each byte are in reverse
     */
    void requireLzw(boolean lowestFirst) throws CorruptImageException {
        int[] lengths = new int[MOST_CODES];
        Arrays.fill(lengths, 0, CLEAR, 1);
        int known = FIRST_CODE;
        // the JDK's reader begins as if there had been a code
        int previous = 0;
        while (length < wanted) {
            countCode();
            int code = lzwCode(bits(known), lowestFirst);
            if (code == END) {
                throw tooShort();
            }
            if (code == CLEAR) {
                known = FIRST_CODE;
                previous = NONE;
                continue;
            }
            boolean first = previous == NONE;
            if (code > known || (first && code > CLEAR) || (!first && known == MOST_CODES)) {
                throw new CorruptImageException("its pixel data use a code before it is defined");
            }
            if (!first) {
                lengths[known++] = lengths[previous] + 1;
            }
            length += lengths[code];
            previous = code;
        }
    }

    /** How long a code is; it grows one code early. */
    private static int bits(int known) {
        return Math.clamp(Integer.SIZE - Integer.numberOfLeadingZeros(known + 1), LEAST_BITS, MOST_BITS);
    }

    /** The next code, or the one for the end where there is none. */
    private int lzwCode(int bits, boolean lowestFirst) {
        while (pendingBits < bits) {
            if (!data.hasRemaining()) {
                return END;
            }
            int next = data.get() & 0xFF;
            pending = (pending << Byte.SIZE) | (lowestFirst ? Integer.reverse(next) >>> 24 : next);
            pendingBits += Byte.SIZE;
        }
        pendingBits -= bits;
        return (pending >> pendingBits) & ((1 << bits) - 1);
    }
}
