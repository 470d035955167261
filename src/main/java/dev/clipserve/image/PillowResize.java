package dev.clipserve.image;

import dev.clipserve.image.RgbImage.Layout;
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
            return transposed(horizontalFirst(transposed(source), filter, vertical, horizontal));
        }
        return horizontalFirst(source, filter, horizontal, vertical);
    }

    private static RgbImage horizontalFirst(RgbImage source, Resample filter, Axis horizontal, Axis vertical) {
        var resize = new PillowResize(source, filter, horizontal.count(), vertical.count());
        resize.fill(horizontal, vertical, 0);
        return RgbImage.packed(horizontal.count(), vertical.count(), resize.output);
    }

    private static RgbImage transposed(RgbImage image) {
        var of = image.layout();
        return new RgbImage(
                image.data(),
                new Layout(
                        of.height(),
                        of.width(),
                        of.origin(),
                        of.rowStride(),
                        of.columnStride(),
                        of.red(),
                        of.green(),
                        of.blue()));
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
            store(sums(new Weights(horizontal, filter), new Weights(vertical, filter)), 3 * horizontal.count(), at);
        }
    }

    private boolean isTooLarge(Axis axis) {
        return axis.count() > 1 && Weights.estimate(axis, filter) > MAX_WEIGHTS;
    }

    /** Output rows as fixed-point sums, from one walk down the source. */
    private int[] sums(Weights columns, Weights rows) {
        int[][] planes = new int[3][columns.reach()];
        int[] row = new int[3 * columns.count()];
        int[] sums = new int[row.length * rows.count()];
        Arrays.fill(sums, Weights.HALF);
        int top = 0;
        for (int y = rows.first(); y < rows.first() + rows.reach(); y++) {
            unpack(y, columns.first(), planes);
            columns.shrink(planes, row);
            while (rows.end(top) <= y) {
                top++;
            }
            for (int i = top; i < rows.count() && rows.start(i) <= y; i++) {
                add(row, rows.weight(i, y), sums, i * row.length);
            }
        }
        return sums;
    }

    /** The samples of a source row, from column {@code first} on, as ints that vector instructions can load. */
    private void unpack(int y, int first, int[][] planes) {
        var layout = source.layout();
        int at = layout.origin() + y * layout.rowStride() + first * layout.columnStride();
        unpack(at + layout.red(), planes[0]);
        unpack(at + layout.green(), planes[1]);
        unpack(at + layout.blue(), planes[2]);
    }

    private void unpack(int start, int[] plane) {
        byte[] data = source.data();
        int step = source.layout().columnStride();
        for (int x = 0, at = start; x < plane.length; x++, at += step) {
            plane[x] = data[at] & 0xff;
        }
    }

    private static void add(int[] row, int weight, int[] sums, int at) {
        for (int i = 0; i < row.length; i++) {
            sums[at + i] += weight * row[i];
        }
    }

    private void store(int[] sums, int rowLength, int at) {
        for (int start = 0; start < sums.length; start += rowLength, at += outputStride) {
            for (int i = 0; i < rowLength; i++) {
                output[at + i] = (byte) Weights.clip(sums[start + i]);
            }
        }
    }
}
