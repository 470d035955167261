package dev.clipserve.image;

/**
 * The decoded samples of one component, as far as a window of whole units needs them, and how they spread over the
 * pixels of that window.
 *
 * <p>Half-density samples are spread by libjpeg-turbo's triangle filter (jdsample.c, "fancy upsampling"): a pixel is
 * three parts its own sample and one part the neighbour that is nearer, in each direction.
 */
final class JpegPlane {

    private final byte[] samples;
    private final int offset;
    private final int stride;
    private final int columns;
    private final int rows;
    private final boolean halfColumns;
    private final boolean halfRows;
    private final boolean smooth;
    private final int[] near;
    private final int[] far;

    /**
     * A plane without samples yet.
     *
     * @param window in minimum coded units
     * @param target where the samples of a component go that is sampled at every pixel, from {@code offset} on; others
     *     get their own memory
     */
    JpegPlane(JpegFrame frame, JpegFrame.Component component, Window window, byte[] target, int offset) {
        halfColumns = component.horizontal() < frame.mostHorizontal();
        halfRows = component.vertical() < frame.mostVertical();
        stride = 8 * component.horizontal() * (window.right() - window.left());
        int paddedRows = 8 * component.vertical() * (window.bottom() - window.top());
        boolean whole = !halfColumns && !halfRows;
        samples = whole ? target : new byte[stride * paddedRows];
        this.offset = whole ? offset : 0;
        int width = halfColumns ? Math.ceilDiv(frame.width(), 2) : frame.width();
        int height = halfRows ? Math.ceilDiv(frame.height(), 2) : frame.height();
        columns = Math.min(stride, width - 8 * component.horizontal() * window.left());
        rows = Math.min(paddedRows, height - 8 * component.vertical() * window.top());
        smooth = !halfColumns || width > 2;
        near = new int[stride];
        far = new int[stride];
    }

    /** Writes the samples of a block, whose place is counted in blocks from the window's corner. */
    void write(JpegIdct idct, int[] block, int indices, int column, int row) {
        idct.write(block, indices, samples, offset + 8 * (row * stride + column), stride);
    }

    /** Spreads the samples over a row of pixels. */
    void row(int y, int[] pixels) {
        if (!halfColumns && !halfRows) {
            load(y, pixels);
        } else if (!smooth) {
            load(halfRows ? Math.min(y / 2, rows - 1) : y, near);
            repeat(near, pixels);
        } else if (!halfRows) {
            load(y, near);
            spread(near, pixels, 1, 2, 2);
        } else if (!halfColumns) {
            loadBoth(y);
            mix(near, far, pixels, 1 + (y & 1), 2);
        } else {
            loadBoth(y);
            mix(near, far, near, 0, 0);
            spread(near, pixels, 8, 7, 4);
        }
    }

    private void loadBoth(int y) {
        int row = Math.min(y / 2, rows - 1);
        load(row, near);
        load((y & 1) == 0 ? Math.max(row - 1, 0) : Math.min(row + 1, rows - 1), far);
    }

    private void load(int row, int[] target) {
        int at = offset + row * stride;
        for (int x = 0; x < columns; x++) {
            target[x] = samples[at + x] & 0xFF;
        }
    }

    private void repeat(int[] row, int[] pixels) {
        for (int x = 0; x < columns; x++) {
            pixels[2 * x] = row[x];
            pixels[2 * x + 1] = row[x];
        }
    }

    private void mix(int[] nearRow, int[] farRow, int[] target, int bias, int shift) {
        for (int x = 0; x < columns; x++) {
            target[x] = (3 * nearRow[x] + farRow[x] + bias) >> shift;
        }
    }

    /** Doubles a row; at its ends the neighbour that is missing is the sample itself. */
    private void spread(int[] row, int[] pixels, int leftBias, int rightBias, int shift) {
        int last = columns - 1;
        pixels[0] = (4 * row[0] + leftBias) >> shift;
        for (int x = 0; x < last; x++) {
            int sum = 3 * row[x] + row[x + 1] + rightBias;
            int next = 3 * row[x + 1] + row[x] + leftBias;
            pixels[2 * x + 1] = sum >> shift;
            pixels[2 * x + 2] = next >> shift;
        }
        pixels[2 * last + 1] = (4 * row[last] + rightBias) >> shift;
    }
}
