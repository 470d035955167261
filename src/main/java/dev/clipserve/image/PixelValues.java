package dev.clipserve.image;

import java.nio.FloatBuffer;

/** Normalized pixels of one picture, immutable: float32 in C, H, W order, [3, height, width], channels R, G, B. */
public final class PixelValues {

    private final float[] values;
    private final int width;
    private final int height;

    PixelValues(int width, int height, float[] values) {
        if (width < 1 || height < 1 || values.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    values.length + " values are not [3, " + height + ", " + width + "] pixels");
        }
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /** Takes a copy of values that are already normalized and in C, H, W order. */
    public static PixelValues copyOf(int width, int height, float[] values) {
        return new PixelValues(width, height, values.clone());
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** How many floats {@link #writeTo} writes: 3 × height × width. */
    public int size() {
        return values.length;
    }

    /** The memory that the values take. */
    public long bytes() {
        return (long) Float.BYTES * values.length;
    }

    /** Writes all values at the buffer's position, which moves behind them. */
    public void writeTo(FloatBuffer target) {
        target.put(values);
    }
}
