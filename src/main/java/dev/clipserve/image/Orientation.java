package dev.clipserve.image;

import dev.clipserve.image.RgbImage.Layout;

/**
 * How a stored picture has to be turned to be upright: the eight values of the EXIF and TIFF tag 274, in their order.
 */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    HALF_TURN,
    FLIPPED,
    TRANSPOSED,
    QUARTER_TURN,
    TRANSVERSED,
    THREE_QUARTER_TURN;

    /** The orientation of a tag's value; upright for any that is not defined. */
    static Orientation ofTag(long value) {
        return value >= 1 && value <= 8 ? values()[(int) value - 1] : UPRIGHT;
    }

    /** The same bytes, read in upright order. */
    RgbImage turn(RgbImage image) {
        return new RgbImage(image.data(), turn(image.layout()));
    }

    /** The part of a stored picture of this size that is wanted of the upright one. */
    Window stored(Window.Choice wanted, int width, int height) {
        // each pixel is its own index here, which tells its place
        Layout upright = turn(new Layout(width, height, 0, 1, width, 0, 0, 0));
        Window window = wanted.of(upright.width(), upright.height());
        int first = index(upright, window.left(), window.top());
        int last = index(upright, window.right() - 1, window.bottom() - 1);
        return new Window(
                Math.min(first % width, last % width),
                Math.min(first / width, last / width),
                Math.max(first % width, last % width) + 1,
                Math.max(first / width, last / width) + 1);
    }

    private static int index(Layout l, int x, int y) {
        return l.origin() + x * l.columnStride() + y * l.rowStride();
    }

    private Layout turn(Layout stored) {
        return switch (this) {
            case UPRIGHT -> stored;
            case MIRRORED -> mirrored(stored);
            case HALF_TURN -> flipped(mirrored(stored));
            case FLIPPED -> flipped(stored);
            case TRANSPOSED -> transposed(stored);
            case QUARTER_TURN -> mirrored(transposed(stored));
            case TRANSVERSED -> flipped(mirrored(transposed(stored)));
            case THREE_QUARTER_TURN -> flipped(transposed(stored));
        };
    }

    private static Layout mirrored(Layout l) {
        int lastColumn = l.origin() + (l.width() - 1) * l.columnStride();
        return new Layout(
                l.width(), l.height(), lastColumn, -l.columnStride(), l.rowStride(), l.red(), l.green(), l.blue());
    }

    private static Layout flipped(Layout l) {
        int lastRow = l.origin() + (l.height() - 1) * l.rowStride();
        return new Layout(
                l.width(), l.height(), lastRow, l.columnStride(), -l.rowStride(), l.red(), l.green(), l.blue());
    }

    private static Layout transposed(Layout l) {
        return new Layout(
                l.height(), l.width(), l.origin(), l.rowStride(), l.columnStride(), l.red(), l.green(), l.blue());
    }
}
