package dev.clipserve.image;

import java.util.Arrays;

/**
 * Pillow's antialiased resize of 8-bit pictures, equal to the bit, of which only a window is computed.
 *
 * <p>Pillow resizes horizontally first, rounds to 8 bits, then vertically. So does this, row by row of the source: a
 * row shrinks to the window's width and is added, weighted, to the output rows that use it. Integer sums do not depend
 * on their order, and nothing of the source's size is ever held.
 *
 * <p>Since release 13 Pillow goes the other way round where the height loses more than twice what the width loses. The
 * rounding in between makes the two orders differ by a level here and there. This is the same work on a transposed
 * view.
 */
final class PillowResize {

    /** Above this many weights (4 MB) a window is computed in halves; only pictures of absurd proportions get here. */
    private static final int MAX_WEIGHTS = 1 << 20;

    private final RgbImage source;
    private final Resample filter;
    private final byte[] output;
    private final int outputStride;

    private PillowResize(RgbImage source, Resample filter, int width, int height) {
        this.source = source;
        this.filter = filter;
        outputStride = 3 * width;
        output = new byte[outputStride * height];
    }

    /** The wanted window of the resized picture. */
    static RgbImage resize(RgbImage source, Resample filter, Axis horizontal, Axis vertical) {
        if (vertical.loss() > 2 * Math.max(horizontal.loss(), 0)) {
            RgbImage transposed = Orientation.TRANSPOSED.turn(source);
            return Orientation.TRANSPOSED.turn(horizontalFirst(transposed, filter, vertical, horizontal));
        }
        return horizontalFirst(source, filter, horizontal, vertical);
    }

    private static RgbImage horizontalFirst(RgbImage source, Resample filter, Axis horizontal, Axis vertical) {
        var resize = new PillowResize(source, filter, horizontal.count(), vertical.count());
        resize.fill(horizontal, vertical, 0);
        return RgbImage.packed(horizontal.count(), vertical.count(), resize.output);
    }

    private void fill(Axis horizontal, Axis vertical, int at) {
        if (isTooLarge(horizontal)) {
            fill(horizontal.firstHalf(), vertical, at);
            fill(
                    horizontal.secondHalf(),
                    vertical,
                    at + 3 * horizontal.firstHalf().count());
        } else if (isTooLarge(vertical)) {
            fill(horizontal, vertical.firstHalf(), at);
            fill(
                    horizontal,
                    vertical.secondHalf(),
                    at + outputStride * vertical.firstHalf().count());
        } else {
            store(sums(new Weights(horizontal, filter), new Weights(vertical, filter)), at);
        }
    }

    private boolean isTooLarge(Axis axis) {
        return axis.count() > 1 && Weights.estimate(axis, filter) > MAX_WEIGHTS;
    }

    /** Output rows as fixed-point sums, from one walk down the source, two rows a step. */
    private int[][] sums(Weights columns, Weights rows) {
        long[][] planes = new long[3][columns.reach()];
        int[] upper = new int[3 * columns.count()];
        int[] lower = new int[3 * columns.count()];
        int[][] sums = new int[rows.count()][upper.length];
        for (int[] row : sums) {
            Arrays.fill(row, Weights.HALF);
        }
        int end = rows.first() + rows.reach();
        int top = 0;
        for (int y = rows.first(); y < end; y += 2) {
            pair(y, Math.min(y + 1, end - 1), columns.first(), planes);
            columns.shrink(planes, upper, lower);
            top = add(upper, y, rows, top, sums);
            if (y + 1 < end) {
                top = add(lower, y + 1, rows, top, sums);
            }
        }
        return sums;
    }

    /** The samples of two source rows from column {@code first} on, one row in the low halves of the longs. */
    private void pair(int low, int high, int first, long[][] planes) {
        var layout = source.layout();
        int column = layout.origin() + first * layout.columnStride();
        int[] channels = {layout.red(), layout.green(), layout.blue()};
        for (int c = 0; c < channels.length; c++) {
            int at = column + channels[c];
            pair(at + low * layout.rowStride(), at + high * layout.rowStride(), planes[c]);
        }
    }

    private void pair(int low, int high, long[] plane) {
        byte[] data = source.data();
        int step = source.layout().columnStride();
        for (int x = 0, at = 0; x < plane.length; x++, at += step) {
            plane[x] = ((long) (data[high + at] & 0xFF) << Integer.SIZE) | (data[low + at] & 0xFF);
        }
    }

    /**
     * Adds a shrunk row, weighted, to the sums of all output rows that use it.
     *
     * @param top an output row above which none uses it
     * @return the first output row that uses it
     */
    private static int add(int[] row, int y, Weights rows, int top, int[][] sums) {
        int first = top;
        while (rows.end(first) <= y) {
            first++;
        }
        for (int i = first; i < rows.count() && rows.start(i) <= y; i++) {
            add(row, rows.weight(i, y), sums[i]);
        }
        return first;
    }

    /* An array for each row of sums: the same index on both sides is what lets the loop become vector instructions. */
    private static void add(int[] row, int weight, int[] sums) {
        for (int i = 0; i < row.length; i++) {
            sums[i] += weight * row[i];
        }
    }

    private void store(int[][] sums, int at) {
        for (int[] row : sums) {
            Weights.clip(row);
            for (int i = 0; i < row.length; i++) {
                output[at + i] = (byte) row[i];
            }
            at += outputStride;
        }
    }
}
