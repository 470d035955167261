package dev.clipserve.image;

import java.io.IOException;

/**
 * Undoes the row filters and the Adam7 interlacing of a PNG. Memory: two rows beside the result, which has 1 byte a
 * pixel for gray and 3 for colour.
 */
final class PngPixels {

    /** Adam7's passes: first column, first row, distance of columns, distance of rows. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] WHOLE = {{0, 0, 1, 1}};

    private final PngHeader header;
    private final PngColors colors;
    private final PngData data;
    private final int width;
    private final int height;

    PngPixels(PngHeader header, PngColors colors, PngData data) {
        this.header = header;
        this.colors = colors;
        this.data = data;
        width = Math.toIntExact(header.width());
        height = Math.toIntExact(header.height());
    }

    RgbImage decode(TimeLimit deadline) throws IOException {
        int channels = colors.channels();
        byte[] target = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
        for (int[] pass : header.isInterlaced() ? PASSES : WHOLE) {
            decodePass(pass, target, deadline);
        }
        return channels == 1 ? RgbImage.gray(width, height, target) : RgbImage.packed(width, height, target);
    }

    private void decodePass(int[] pass, byte[] target, TimeLimit deadline) throws IOException {
        int columns = (width - pass[0] + pass[2] - 1) / pass[2];
        if (columns <= 0) {
            return;
        }
        int length = Math.toIntExact(1 + header.rowBytes(columns));
        byte[] above = new byte[length];
        byte[] row = new byte[length];
        int channels = colors.channels();
        for (int y = pass[1]; y < height; y += pass[3]) {
            deadline.check();
            data.read(row, length);
            unfilter(row, above);
            int start = (y * width + pass[0]) * channels;
            colors.write(row, columns, target, new PngColors.Place(start, pass[2] * channels));
            byte[] spare = above;
            above = row;
            row = spare;
        }
    }

    private void unfilter(byte[] row, byte[] above) throws CorruptImageException {
        int distance = header.filterDistance();
        switch (row[0]) {
            case 0 -> {}
            case 1 -> unfilterSub(row, distance);
            case 2 -> unfilterUp(row, above);
            case 3 -> unfilterAverage(row, above, distance);
            case 4 -> unfilterPaeth(row, above, distance);
            default -> throw new CorruptImageException("a row has an unknown filter");
        }
    }

    private static void unfilterSub(byte[] row, int distance) {
        for (int i = 1 + distance; i < row.length; i++) {
            row[i] += row[i - distance];
        }
    }

    private static void unfilterUp(byte[] row, byte[] above) {
        for (int i = 1; i < row.length; i++) {
            row[i] += above[i];
        }
    }

    private static void unfilterAverage(byte[] row, byte[] above, int distance) {
        for (int i = 1; i < row.length; i++) {
            int left = i > distance ? row[i - distance] & 0xFF : 0;
            row[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
        }
    }

    private static void unfilterPaeth(byte[] row, byte[] above, int distance) {
        int first = Math.min(row.length, 1 + distance);
        for (int i = 1; i < first; i++) {
            row[i] += above[i];
        }
        for (int i = first; i < row.length; i++) {
            row[i] += paeth(row[i - distance] & 0xFF, above[i] & 0xFF, above[i - distance] & 0xFF);
        }
    }

    /** The neighbour nearest to left + above - corner; on a tie the first of left, above, corner. */
    private static byte paeth(int left, int above, int corner) {
        int fromLeft = Math.abs(above - corner);
        int fromAbove = Math.abs(left - corner);
        int fromCorner = Math.abs(left + above - 2 * corner);
        if (fromLeft <= fromAbove && fromLeft <= fromCorner) {
            return (byte) left;
        }
        return (byte) (fromAbove <= fromCorner ? above : corner);
    }
}
