package dev.clipserve.image;

/**
 * A part of a picture: columns {@code left} to {@code right} and rows {@code top} to {@code bottom}, the last ones
 * excluded.
 */
record Window(int left, int top, int right, int bottom) {

    boolean contains(int x, int y) {
        return x >= left && x < right && y >= top && y < bottom;
    }

    /** Tells which part of an upright picture will be looked at. */
    interface Choice {
        Window of(int width, int height);
    }

    /** The whole of a picture; a {@link Choice}. */
    static Window whole(int width, int height) {
        return new Window(0, 0, width, height);
    }
}
