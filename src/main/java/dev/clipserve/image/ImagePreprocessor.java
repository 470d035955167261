package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Unchanged;

/**
 * Decoded picture → {@link PixelValues} as a model's {@link Preprocessing} asks, equal to Hugging Face's slow image
 * processor. Immutable; used by many threads at once.
 */
public final class ImagePreprocessor {

    private final Preprocessing preprocessing;
    private final Normalizer normalizer;

    public ImagePreprocessor(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
        this.normalizer = new Normalizer(preprocessing.normalization());
    }

    PixelValues preprocess(RgbImage image) {
        return planes(resizeAndCrop(image));
    }

    /**
     * The part of the output that the picture covers: less than all of it where the crop is larger than the picture.
     */
    RgbImage resizeAndCrop(RgbImage image) {
        return PillowResize.resize(
                image,
                preprocessing.resample(),
                horizontal(image.width(), image.height()),
                vertical(image.width(), image.height()));
    }

    /** The pixels that {@link #preprocess} reads of an image of this size. */
    Window reads(int width, int height) {
        Axis horizontal = horizontal(width, height);
        Axis vertical = vertical(width, height);
        Resample filter = preprocessing.resample();
        return new Window(
                horizontal.readsFrom(filter),
                vertical.readsFrom(filter),
                horizontal.readsTo(filter),
                vertical.readsTo(filter));
    }

    private Axis horizontal(int width, int height) {
        long resized = switch (preprocessing.resize()) {
            case ShortestEdge(int edge) -> followingSide(edge, width, height);
            case Exact(var size) -> size.width();
            case Unchanged() -> width;
        };
        return Axis.centred(width, resized, preprocessing.outputWidth(), rounding());
    }

    private Axis vertical(int width, int height) {
        long resized = switch (preprocessing.resize()) {
            case ShortestEdge(int edge) -> followingSide(edge, height, width);
            case Exact(var size) -> size.height();
            case Unchanged() -> height;
        };
        return Axis.centred(height, resized, preprocessing.outputHeight(), rounding());
    }

    private Rounding rounding() {
        var crop = preprocessing.crop();
        return crop == null ? Rounding.DOWN : crop.offset();
    }

    /** Python's {@code int(edge * side / other)}, or the edge itself for the shorter side. */
    private static long followingSide(int edge, int side, int other) {
        return side <= other ? edge : (long) ((double) ((long) edge * side) / other);
    }

    /** Planes of samples, the picture in the middle: what is around stays black. */
    private PixelValues planes(RgbImage pixels) {
        int width = preprocessing.outputWidth();
        int height = preprocessing.outputHeight();
        var layout = pixels.layout();
        int[] offsets = {layout.red(), layout.green(), layout.blue()};
        byte[] samples = new byte[3 * width * height];
        for (int channel = 0; channel < 3; channel++) {
            spread(pixels, offsets[channel], channel, samples);
        }
        return new PixelValues(width, height, samples, normalizer);
    }

    private void spread(RgbImage pixels, int offset, int channel, byte[] samples) {
        byte[] data = pixels.data();
        var layout = pixels.layout();
        int left = margin(preprocessing.outputWidth(), pixels.width());
        int top = margin(preprocessing.outputHeight(), pixels.height());
        for (int y = 0; y < pixels.height(); y++) {
            int source = layout.origin() + offset + y * layout.rowStride();
            int target = (channel * preprocessing.outputHeight() + top + y) * preprocessing.outputWidth() + left;
            for (int x = 0; x < pixels.width(); x++, source += layout.columnStride()) {
                samples[target + x] = data[source];
            }
        }
    }

    /** Half of what is missing, rounded up as Hugging Face does. */
    private static int margin(int output, int covered) {
        return (output - covered + 1) / 2;
    }
}
