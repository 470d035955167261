package dev.clipserve.image;

/**
 * How source pixels add up to output pixels along one axis, in Pillow's fixed point: 22 bits after the point.
 *
 * <p>Output i is the sum of weight(i, x) × source[x] over x in start(i)…end(i). On an axis that keeps its size one
 * weight is 1 and the others are 0, which leaves pixels as they are.
 */
final class Weights {

    private static final int PRECISION_BITS = 32 - 8 - 2;

    /** One half in fixed point: what a sum starts with, so that {@link #clip} rounds. */
    static final int HALF = 1 << (PRECISION_BITS - 1);

    private static final long HALVES = ((long) HALF << Integer.SIZE) + HALF;

    private final int[] starts;
    /** How many source pixels each output uses; the weights of some are 0. */
    private final int taps;

    private final int[] values;

    private final Resample filter;
    private final double scale;
    private final double stretch;

    Weights(Axis axis, Resample filter) {
        this.filter = filter;
        scale = (double) axis.source() / axis.target();
        stretch = Math.max(scale, 1);
        starts = new int[axis.count()];
        taps = mostTaps(axis);
        values = new int[axis.count() * taps];
        for (int i = 0; i < axis.count(); i++) {
            starts[i] = Math.min(start(axis, i), axis.source() - taps);
            fill(i, start(axis, i), end(axis, i), centre(axis, i));
        }
    }

    private int mostTaps(Axis axis) {
        int most = 0;
        for (int i = 0; i < axis.count(); i++) {
            most = Math.max(most, end(axis, i) - start(axis, i));
        }
        return most;
    }

    /** About how many weights an axis takes, without computing them. */
    static long estimate(Axis axis, Resample filter) {
        double reach = filter.support() * Math.max((double) axis.source() / axis.target(), 1);
        return (long) (axis.count() * Math.min(2 * reach + 1, axis.source()));
    }

    /** How many output pixels. */
    int count() {
        return starts.length;
    }

    /** The first source pixel that output i uses. */
    int start(int i) {
        return starts[i];
    }

    /** What the source pixel counts for in output i, which uses it. */
    int weight(int i, int sourcePixel) {
        return values[i * taps + sourcePixel - starts[i]];
    }

    /** The source pixel behind the last one that output i uses. */
    int end(int i) {
        return starts[i] + taps;
    }

    /**
     * Resizes two rows at once. A source sample of the one is the low half of a long and the same sample of the other
     * the high half, so that one multiplication serves both; a sum of either fits into 32 bits with its sign.
     *
     * @param planes pairs of red, green and blue samples from {@link #first} on
     * @param low takes R, G, B of the rows in the low halves
     * @param high takes R, G, B of the rows in the high halves
     */
    void shrink(long[][] planes, int[] low, int[] high) {
        for (int i = 0; i < starts.length; i++) {
            shrink(i, planes, low, high);
        }
        clip(low);
        clip(high);
    }

    /* Two steps a round: left to itself the compiler makes vector code that only pays for many taps. */
    private void shrink(int i, long[][] planes, int[] low, int[] high) {
        long[] red = planes[0];
        long[] green = planes[1];
        long[] blue = planes[2];
        long r = HALVES;
        long g = HALVES;
        long b = HALVES;
        int k = i * taps;
        int x = starts[i] - starts[0];
        for (int end = x + (taps & ~1); x < end; x += 2, k += 2) {
            long weight = values[k];
            long next = values[k + 1];
            r += weight * red[x] + next * red[x + 1];
            g += weight * green[x] + next * green[x + 1];
            b += weight * blue[x] + next * blue[x + 1];
        }
        if ((taps & 1) != 0) {
            r += (long) values[k] * red[x];
            g += (long) values[k] * green[x];
            b += (long) values[k] * blue[x];
        }
        part(r, low, high, 3 * i);
        part(g, low, high, 3 * i + 1);
        part(b, low, high, 3 * i + 2);
    }

    /** Takes two sums apart: a negative one below has borrowed from the one above. */
    private static void part(long sums, int[] low, int[] high, int at) {
        int lower = (int) sums;
        low[at] = lower;
        high[at] = (int) ((sums - lower) >> Integer.SIZE);
    }

    /** The first source pixel that is used at all. */
    int first() {
        return starts[0];
    }

    /** How many source pixels are used, from {@link #first} on. */
    int reach() {
        return end(starts.length - 1) - first();
    }

    /** Finished sums to samples, 0…255. */
    static void clip(int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.max(0, Math.min(sums[i] >> PRECISION_BITS, 255));
        }
    }

    private double centre(Axis axis, int i) {
        return (axis.first() + i + 0.5) * scale;
    }

    private int start(Axis axis, int i) {
        return Math.max((int) (centre(axis, i) - filter.support() * stretch + 0.5), 0);
    }

    private int end(Axis axis, int i) {
        return Math.min((int) (centre(axis, i) + filter.support() * stretch + 0.5), axis.source());
    }

    /* Two rounds instead of a buffer of doubles: the first sums the kernel, the second normalizes by the sum. */
    private void fill(int i, int start, int end, double centre) {
        double sum = 0;
        for (int x = start; x < end; x++) {
            sum += filter.weight((x - centre + 0.5) * (1 / stretch));
        }
        for (int x = start; x < end; x++) {
            double weight = filter.weight((x - centre + 0.5) * (1 / stretch)) / sum;
            values[i * taps + x - starts[i]] = (int) (Math.copySign(0.5, weight) + weight * (1 << PRECISION_BITS));
        }
    }
}
