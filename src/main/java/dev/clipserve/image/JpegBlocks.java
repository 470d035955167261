package dev.clipserve.image;

/** Decodes the blocks of a scan, 8 × 8 coefficients each (ITU T.81 F.2.2), one after the other. */
final class JpegBlocks {

    /** Row × 8 + column of the coefficients in the order in which they are coded (ITU T.81 figure A.6). */
    private static final byte[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    /** The run of zeros that stands for itself and one more zero, without a coefficient behind. */
    private static final int ZERO_RUN = 15;

    private final JpegScanData data;
    private long position;
    private long end;

    JpegBlocks(JpegScanData data) {
        this.data = data;
    }

    /** Goes to the first block of an interval between restarts. */
    void startInterval(int interval) throws CorruptImageException {
        if (interval >= data.intervals()) {
            throw new CorruptImageException("its scan is cut short");
        }
        position = data.start(interval);
        end = data.end(interval);
    }

    /**
     * Decodes the next block.
     *
     * @param coefficients takes the products of coefficients and quantization steps, row by row; all 0 before
     * @return the indices of all AC coefficients that are not 0, or-ed together
     */
    int next(Coding coding, int[] coefficients) throws CorruptImageException {
        int[] steps = coding.steps;
        long at = position + dc(coding, coefficients);
        long bits = data.bits(at);
        int left = JpegScanData.FETCHED;
        int indices = 0;
        for (int k = 1; k < 64; k++) {
            if (left < JpegHuffmanTable.LOOKUP_BITS) {
                bits = data.bits(at);
                left = JpegScanData.FETCHED;
            }
            int entry = coding.ac.quickEntry(bits);
            int length = entry & 0xFF;
            int value = entry >> 16;
            if (value == 0) {
                bits = data.bits(at);
                left = JpegScanData.FETCHED;
                entry = coding.ac.entry(bits);
                length = entry & 0xFF;
                int size = entry >> 12 & 15;
                if (size > 0) {
                    value = JpegHuffmanTable.value(bits << length, size);
                    length += size;
                } else if ((entry >> 8 & 15) != ZERO_RUN) {
                    at += length;
                    break;
                }
            }
            at += length;
            bits <<= length;
            left -= length;
            k += entry >> 8 & 15;
            if (k > 63) {
                throw new CorruptImageException("a block of its scan has too many coefficients");
            }
            if (value != 0) {
                int index = ZIGZAG[k];
                coefficients[index] = value * steps[k];
                indices |= index;
            }
        }
        if (at > end) {
            throw new CorruptImageException("its scan is cut short");
        }
        position = at;
        return indices;
    }

    /** Decodes the DC coefficient; the number of bits it took. */
    private int dc(Coding coding, int[] coefficients) throws CorruptImageException {
        long bits = data.bits(position);
        int entry = coding.dc.entry(bits);
        int length = entry & 0xFF;
        int value = entry >> 16;
        int size = entry >> 12 & 15;
        if (value == 0 && size > 0) {
            value = JpegHuffmanTable.value(bits << length, size);
            length += size;
        }
        // libjpeg keeps coefficients in 16 bits
        coding.prediction += value;
        coefficients[0] = (short) coding.prediction * coding.steps[0];
        return length;
    }

    /** How one component's blocks are coded, and the DC coefficient of its last one. */
    static final class Coding {
        private final JpegHuffmanTable dc;
        private final JpegHuffmanTable ac;
        private final int[] steps;
        private int prediction;

        /** A coding at the start of a scan; quantization steps are in zigzag order. */
        Coding(JpegHuffmanTable dc, JpegHuffmanTable ac, int[] steps) {
            this.dc = dc;
            this.ac = ac;
            this.steps = steps;
        }

        void restart() {
            prediction = 0;
        }
    }
}
