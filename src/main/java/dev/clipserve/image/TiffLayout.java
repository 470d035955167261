package dev.clipserve.image;

/** How the JDK's reader divides the picture of a TIFF into strips or tiles. */
record TiffLayout(TiffDirectory directory) {

    private static final int PLANES = 2;

    private boolean isTiled() {
        return directory.count(TiffDirectory.TILE_OFFSETS) > 0;
    }

    private long width() {
        return directory.value(TiffDirectory.WIDTH, 0);
    }

    private long height() {
        return directory.value(TiffDirectory.HEIGHT, 0);
    }

    private long columns() {
        return isTiled() ? directory.value(TiffDirectory.TILE_WIDTH, 0) : width();
    }

    private long rows() {
        return isTiled()
                ? directory.value(TiffDirectory.TILE_HEIGHT, 0)
                : Math.min(directory.value(TiffDirectory.ROWS_PER_STRIP, height()), height());
    }

    /** How many bytes a strip or tile is unpacked to; none where the picture has no place for it. */
    long bytes(int block) {
        long rows = rows();
        long plane = Math.ceilDiv(width(), columns()) * Math.ceilDiv(height(), rows);
        long samples = directory.value(TiffDirectory.SAMPLES, 1);
        boolean planes = hasPlanes(plane);
        if (block >= (planes ? plane * samples : plane)) {
            return 0;
        }
        long bits = columns() * directory.value(TiffDirectory.BITS, 1) * (planes ? 1 : samples);
        long filled = isTiled() ? rows : Math.min(rows, height() - block % plane * rows);
        return filled * Math.ceilDiv(bits, Byte.SIZE);
    }

    /** Whether samples lie apart; not so where there are blocks for one plane only, whatever the tag says. */
    private boolean hasPlanes(long plane) {
        int offsets = isTiled() ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
        return directory.value(TiffDirectory.PLANAR, 1) == PLANES && directory.count(offsets) != plane;
    }
}
