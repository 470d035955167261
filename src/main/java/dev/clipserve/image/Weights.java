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

    private final int[] starts;
    private final int[] from;
    private final int[] values;

    private final Resample filter;
    private final double scale;
    private final double stretch;

    Weights(Axis axis, Resample filter) {
        this.filter = filter;
        scale = (double) axis.source() / axis.target();
        stretch = Math.max(scale, 1);
        starts = new int[axis.count()];
        from = new int[axis.count() + 1];
        for (int i = 0; i < axis.count(); i++) {
            starts[i] = start(axis, i);
            from[i + 1] = from[i] + end(axis, i) - starts[i];
        }
        values = new int[from[axis.count()]];
        for (int i = 0; i < axis.count(); i++) {
            fill(i, centre(axis, i));
        }
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
        return values[from[i] + sourcePixel - starts[i]];
    }

    /** The source pixel behind the last one that output i uses. */
    int end(int i) {
        return starts[i] + from[i + 1] - from[i];
    }

    /** Resizes one row: from planes that begin at {@link #first} to packed R, G, B. */
    void shrink(int[][] planes, int[] row) {
        int[] red = planes[0];
        int[] green = planes[1];
        int[] blue = planes[2];
        for (int i = 0; i < starts.length; i++) {
            int shift = starts[i] - first() - from[i];
            int r = HALF;
            int g = HALF;
            int b = HALF;
            for (int k = from[i]; k < from[i + 1]; k++) {
                r += values[k] * red[shift + k];
                g += values[k] * green[shift + k];
                b += values[k] * blue[shift + k];
            }
            row[3 * i] = clip(r);
            row[3 * i + 1] = clip(g);
            row[3 * i + 2] = clip(b);
        }
    }

    /** The first source pixel that is used at all. */
    int first() {
        return starts[0];
    }

    /** How many source pixels are used, from {@link #first} on. */
    int reach() {
        return end(starts.length - 1) - first();
    }

    /** A finished sum as a sample, 0…255. */
    static int clip(int sum) {
        return Math.clamp(sum >> PRECISION_BITS, 0, 255);
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
    private void fill(int i, double centre) {
        double sum = 0;
        for (int x = starts[i]; x < end(i); x++) {
            sum += filter.weight((x - centre + 0.5) * (1 / stretch));
        }
        for (int x = starts[i]; x < end(i); x++) {
            double weight = filter.weight((x - centre + 0.5) * (1 / stretch)) / sum;
            values[from[i] + x - starts[i]] = (int) (Math.copySign(0.5, weight) + weight * (1 << PRECISION_BITS));
        }
    }
}
