package dev.clipserve.image;

import org.jspecify.annotations.Nullable;

/**
 * What a model asks of its pixels: what {@code preprocessor_config.json} says, in the order in which it is done.
 *
 * <p>The size of the result never depends on the picture, so that pictures can share a batch: without a centre crop the
 * resize has to be {@link Exact}.
 *
 * @param resample the filter of the resize
 * @param crop the centre crop, or null for none
 */
public record Preprocessing(
        Resize resize, Resample resample, @Nullable Crop crop, Normalization normalization) {

    public Preprocessing {
        if (crop == null && !(resize instanceof Exact)) {
            throw new IllegalArgumentException("without a centre crop, " + resize
                    + " leaves the output size to the picture; give a crop size or an exact width and height");
        }
    }

    /** Width of the resulting tensor in pixels. */
    public int outputWidth() {
        return output().width();
    }

    /** Height of the resulting tensor in pixels. */
    public int outputHeight() {
        return output().height();
    }

    private Size output() {
        if (crop != null) {
            return crop.size();
        }
        return ((Exact) resize).size();
    }

    /** How large the picture becomes before the crop. */
    public sealed interface Resize {}

    /** The shorter side becomes {@code edge}; the longer one keeps the aspect ratio, rounded down. */
    public record ShortestEdge(int edge) implements Resize {
        public ShortestEdge {
            requireSide("shortest edge", edge);
        }
    }

    /** Both sides are given; the aspect ratio is not kept. */
    public record Exact(Size size) implements Resize {}

    /** The picture keeps its size. */
    public record Unchanged() implements Resize {}

    /**
     * What is kept of the middle; where it is larger than the resized picture, the rest is filled with black before
     * normalization.
     */
    public record Crop(Size size, Rounding offset) {}

    /** Which pixel a crop begins with, where what is too much does not halve evenly. */
    public enum Rounding {
        /** As Hugging Face's image processors. */
        DOWN,
        /** To the even neighbour, as torchvision, and with it OpenAI's own code and OpenCLIP. */
        HALF_EVEN;

        /** Half of what is too much, in whole pixels. */
        long half(long excess) {
            long down = excess / 2;
            boolean up = this == HALF_EVEN && excess % 2 == 1 && down % 2 == 1;
            return up ? down + 1 : down;
        }
    }

    /** Pixels. */
    public record Size(int width, int height) {
        public Size {
            requireSide("width", width);
            requireSide("height", height);
        }
    }

    /**
     * A sample p (0…255) becomes (p × scale − mean) / deviation.
     *
     * @param scale 1/255 to bring samples to 0…1; 1 for no rescaling
     * @param mean 0 for no normalization
     * @param deviation 1 for no normalization
     */
    public record Normalization(double scale, PerChannel mean, PerChannel deviation) {
        public Normalization {
            requirePositive("rescale factor", scale);
            requirePositive("red standard deviation", deviation.red());
            requirePositive("green standard deviation", deviation.green());
            requirePositive("blue standard deviation", deviation.blue());
        }
    }

    /** One number for each channel. */
    public record PerChannel(double red, double green, double blue) {
        public PerChannel {
            if (!Double.isFinite(red + green + blue)) {
                throw new IllegalArgumentException(
                        "channel values must be finite, not " + red + ", " + green + ", " + blue);
            }
        }
    }

    private static void requireSide(String name, int pixels) {
        if (pixels < 1 || pixels > 4_096) {
            throw new IllegalArgumentException(name + " must be between 1 and 4096 pixels, not " + pixels);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
