package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Normalization;
import java.nio.FloatBuffer;

/**
 * Normalized pixels of one picture, immutable: float32 in C, H, W order, [3, height, width], channels R, G, B.
 *
 * <p>Kept as the 8-bit samples that they are made of, a quarter of the memory while they wait for a run, and normalized
 * when they are written into the run's buffer.
 */
public final class PixelValues {

    private final byte[] samples;
    private final Normalizer normalizer;
    private final int width;
    private final int height;

    /**
     * Takes the samples as they are, without a copy.
     *
     * @param samples 0…255 in C, H, W order
     */
    PixelValues(int width, int height, byte[] samples, Normalizer normalizer) {
        if (width < 1 || height < 1 || samples.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    samples.length + " samples are not [3, " + height + ", " + width + "] pixels");
        }
        this.width = width;
        this.height = height;
        this.samples = samples;
        this.normalizer = normalizer;
    }

    /** Takes a copy of samples 0…255 in C, H, W order, to be normalized as a model asks. */
    public static PixelValues copyOf(int width, int height, byte[] samples, Normalization normalization) {
        return new PixelValues(width, height, samples.clone(), new Normalizer(normalization));
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** How many floats {@link #writeTo} writes: 3 × height × width. */
    public int size() {
        return samples.length;
    }

    /** The memory that the samples take. */
    public long bytes() {
        return samples.length;
    }

    /** Writes all values at the buffer's position, which moves behind them. */
    public void writeTo(FloatBuffer target) {
        float[] row = new float[width];
        for (int start = 0; start < samples.length; start += width) {
            normalizer.normalize(samples, start, start / (width * height), row);
            target.put(row);
        }
    }
}
