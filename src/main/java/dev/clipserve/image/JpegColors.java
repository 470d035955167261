package dev.clipserve.image;

import java.util.List;

/**
 * Planes of components to planes of R, G and B, equal to the bit to libjpeg (jdcolor.c, ycc_rgb_convert): JFIF's
 * formulas in fixed point with 16 bits after the point.
 *
 * <p>Each loop reads and writes arrays at one index, which lets the compiler make vector instructions of it.
 */
final class JpegColors {

    static final int SCALE_BITS = 16;
    static final int HALF = 1 << (SCALE_BITS - 1);

    // 1.402, 0.34414, 0.71414 and 1.772, times 2^16
    static final int RED_OF_CR = 91_881;
    static final int GREEN_OF_CB = -22_554;
    static final int GREEN_OF_CR = -46_802;
    static final int BLUE_OF_CB = 116_130;

    private final byte[] target;
    private final int width;
    private final int plane;
    private final int[] finished;

    /**
     * A target of three planes.
     *
     * @param width of a row of a plane
     * @param plane bytes of one plane
     */
    JpegColors(byte[] target, int width, int plane) {
        this.target = target;
        this.width = width;
        this.plane = plane;
        this.finished = new int[width];
    }

    /** Fills the target, row after row; a component that already lies there is overwritten after it was read. */
    void convert(List<JpegPlane> components, boolean ycc) {
        int[] first = new int[width];
        int[] second = new int[width];
        int[] third = new int[width];
        for (int y = 0; y < plane / width; y++) {
            components.get(0).row(y, first);
            components.get(1).row(y, second);
            components.get(2).row(y, third);
            int at = y * width;
            store(ycc ? red(first, third) : first, at);
            store(ycc ? green(first, second, third) : second, at + plane);
            store(ycc ? blue(first, second) : third, at + 2 * plane);
        }
    }

    private int[] red(int[] luma, int[] cr) {
        for (int x = 0; x < finished.length; x++) {
            int value = luma[x] + ((RED_OF_CR * (cr[x] - 128) + HALF) >> SCALE_BITS);
            finished[x] = Math.max(0, Math.min(value, 255));
        }
        return finished;
    }

    private int[] green(int[] luma, int[] cb, int[] cr) {
        for (int x = 0; x < finished.length; x++) {
            int chroma = GREEN_OF_CB * (cb[x] - 128) + GREEN_OF_CR * (cr[x] - 128) + HALF;
            finished[x] = Math.max(0, Math.min(luma[x] + (chroma >> SCALE_BITS), 255));
        }
        return finished;
    }

    private int[] blue(int[] luma, int[] cb) {
        for (int x = 0; x < finished.length; x++) {
            int value = luma[x] + ((BLUE_OF_CB * (cb[x] - 128) + HALF) >> SCALE_BITS);
            finished[x] = Math.max(0, Math.min(value, 255));
        }
        return finished;
    }

    private void store(int[] row, int at) {
        for (int x = 0; x < row.length; x++) {
            target[at + x] = (byte) row[x];
        }
    }
}
