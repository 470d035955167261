package dev.clipserve.image;

import java.util.Arrays;

/**
 * The inverse DCT of a block, 8 × 8, equal to the bit to libjpeg's accurate integer method (jidctint.c, after Loeffler,
 * Ligtenberg and Moschytz): columns first, then rows, in fixed point with 13 bits after the point.
 */
final class JpegIdct {

    private static final int CONST_BITS = 13;
    /** Bits after the point that the columns' results keep. */
    private static final int PASS1_BITS = 2;

    private static final int COLUMN_SHIFT = CONST_BITS - PASS1_BITS;
    private static final int ROW_SHIFT = CONST_BITS + PASS1_BITS + 3;

    // sqrt(2) and cosines of multiples of pi/16, times 2^13
    private static final int FIX_0_298631336 = 2446;
    private static final int FIX_0_390180644 = 3196;
    private static final int FIX_0_541196100 = 4433;
    private static final int FIX_0_765366865 = 6270;
    private static final int FIX_0_899976223 = 7373;
    private static final int FIX_1_175875602 = 9633;
    private static final int FIX_1_501321110 = 12299;
    private static final int FIX_1_847759065 = 15137;
    private static final int FIX_1_961570560 = 16069;
    private static final int FIX_2_053119869 = 16819;
    private static final int FIX_2_562915447 = 20995;
    private static final int FIX_3_072711026 = 25172;

    /** Samples by the ten low bits of a sum (prepare_range_limit_table in jdmaster.c): moved by 128 and clipped. */
    private static final byte[] SAMPLES = new byte[1 << 10];

    static {
        for (int i = 0; i < SAMPLES.length; i++) {
            int sum = i < SAMPLES.length / 2 ? i : i - SAMPLES.length;
            SAMPLES[i] = (byte) Math.clamp(sum + 128, 0, 255);
        }
    }

    private final int[] columns = new int[64];
    private final int[] row = new int[64];

    /**
     * Writes the samples of a block and clears its coefficients.
     *
     * @param block dequantized coefficients, row by row
     * @param indices those of all AC coefficients that are not 0, or-ed together
     */
    void write(int[] block, int indices, byte[] samples, int at, int stride) {
        if (indices == 0) {
            fill(sample(((block[0] << PASS1_BITS) + (1 << (PASS1_BITS + 2))) << CONST_BITS), samples, at, stride);
            block[0] = 0;
            return;
        }
        int width = (indices & 4) == 0 ? 4 : 8;
        for (int x = 0; x < width; x++) {
            if ((indices & 32) == 0) {
                transformFour(block, x, columns, 1 << (COLUMN_SHIFT - 1), COLUMN_SHIFT);
            } else {
                transform(block, x, columns, 1 << (COLUMN_SHIFT - 1), COLUMN_SHIFT);
            }
        }
        Arrays.fill(block, 0);
        for (int y = 0; y < 8; y++) {
            if (width == 4) {
                transformFour(columns, y, row, 1 << (ROW_SHIFT - 1), ROW_SHIFT);
            } else {
                transform(columns, y, row, 1 << (ROW_SHIFT - 1), ROW_SHIFT);
            }
        }
        for (int y = 0; y < 8; y++) {
            store(row, 8 * y, samples, at + y * stride);
        }
    }

    private static void store(int[] row, int from, byte[] samples, int to) {
        for (int x = 0; x < 8; x++) {
            samples[to + x] = SAMPLES[row[from + x] & 1023];
        }
    }

    private static void fill(byte sample, byte[] samples, int at, int stride) {
        for (int y = 0; y < 8; y++) {
            Arrays.fill(samples, at + y * stride, at + y * stride + 8, sample);
        }
    }

    /** A finished sum as a sample: libjpeg keeps its ten low bits (RANGE_MASK in jdct.h), then moves and clips it. */
    private static byte sample(int sum) {
        return SAMPLES[(sum >> ROW_SHIFT) & 1023];
    }

    /** One dimension: the transform of a column becomes a row. */
    private static void transform(int[] in, int x, int[] out, int half, int shift) {
        int z1 = (in[x + 16] + in[x + 48]) * FIX_0_541196100;
        int tmp2 = z1 - in[x + 48] * FIX_1_847759065;
        int tmp3 = z1 + in[x + 16] * FIX_0_765366865;
        int tmp0 = ((in[x] + in[x + 32]) << CONST_BITS) + half;
        int tmp1 = ((in[x] - in[x + 32]) << CONST_BITS) + half;
        int seven = in[x + 56];
        int five = in[x + 40];
        int three = in[x + 24];
        int one = in[x + 8];
        int z5 = (seven + three + five + one) * FIX_1_175875602;
        int z3 = z5 - (seven + three) * FIX_1_961570560;
        int z4 = z5 - (five + one) * FIX_0_390180644;
        int z6 = (seven + one) * FIX_0_899976223;
        int z7 = (five + three) * FIX_2_562915447;
        int odd0 = seven * FIX_0_298631336 - z6 + z3;
        int odd1 = five * FIX_2_053119869 - z7 + z4;
        int odd2 = three * FIX_3_072711026 - z7 + z3;
        int odd3 = one * FIX_1_501321110 - z6 + z4;
        out[8 * x] = (tmp0 + tmp3 + odd3) >> shift;
        out[8 * x + 1] = (tmp1 + tmp2 + odd2) >> shift;
        out[8 * x + 2] = (tmp1 - tmp2 + odd1) >> shift;
        out[8 * x + 3] = (tmp0 - tmp3 + odd0) >> shift;
        out[8 * x + 4] = (tmp0 - tmp3 - odd0) >> shift;
        out[8 * x + 5] = (tmp1 - tmp2 - odd1) >> shift;
        out[8 * x + 6] = (tmp1 + tmp2 - odd2) >> shift;
        out[8 * x + 7] = (tmp0 + tmp3 - odd3) >> shift;
    }

    /** The same where the lower half of the column is 0: the products that remain, joined. */
    private static void transformFour(int[] in, int x, int[] out, int half, int shift) {
        int tmp2 = in[x + 16] * FIX_0_541196100;
        int tmp3 = in[x + 16] * (FIX_0_541196100 + FIX_0_765366865);
        int tmp0 = (in[x] << CONST_BITS) + half;
        int one = in[x + 8];
        int three = in[x + 24];
        int odd0 = one * (FIX_1_175875602 - FIX_0_899976223) + three * (FIX_1_175875602 - FIX_1_961570560);
        int odd1 = one * (FIX_1_175875602 - FIX_0_390180644) + three * (FIX_1_175875602 - FIX_2_562915447);
        int odd2 =
                one * FIX_1_175875602 + three * (FIX_3_072711026 - FIX_2_562915447 + FIX_1_175875602 - FIX_1_961570560);
        int odd3 =
                one * (FIX_1_501321110 - FIX_0_899976223 + FIX_1_175875602 - FIX_0_390180644) + three * FIX_1_175875602;
        out[8 * x] = (tmp0 + tmp3 + odd3) >> shift;
        out[8 * x + 1] = (tmp0 + tmp2 + odd2) >> shift;
        out[8 * x + 2] = (tmp0 - tmp2 + odd1) >> shift;
        out[8 * x + 3] = (tmp0 - tmp3 + odd0) >> shift;
        out[8 * x + 4] = (tmp0 - tmp3 - odd0) >> shift;
        out[8 * x + 5] = (tmp0 - tmp2 - odd1) >> shift;
        out[8 * x + 6] = (tmp0 + tmp2 - odd2) >> shift;
        out[8 * x + 7] = (tmp0 + tmp3 - odd3) >> shift;
    }
}
