package dev.clipserve.image;

import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Unchanged;
import java.util.Arrays;

/**
 * Decoded picture → {@link PixelValues} as a model's {@link Preprocessing} asks, equal to Hugging Face's slow image
 * processor. Immutable; used by many threads at once.
 */
public final class ImagePreprocessor {

    private final Preprocessing preprocessing;
    /** For each channel the normalized value of each of the 256 samples. */
    private final float[][] tables;

    public ImagePreprocessor(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
        Normalization normalization = preprocessing.normalization();
        PerChannel mean = normalization.mean();
        PerChannel deviation = normalization.deviation();
        tables = new float[][] {
            table(normalization.scale(), mean.red(), deviation.red()),
            table(normalization.scale(), mean.green(), deviation.green()),
            table(normalization.scale(), mean.blue(), deviation.blue())
        };
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    PixelValues preprocess(RgbImage image) {
        return normalize(resizeAndCrop(image));
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
        return Axis.centred(width, resized, preprocessing.outputWidth());
    }

    private Axis vertical(int width, int height) {
        long resized = switch (preprocessing.resize()) {
            case ShortestEdge(int edge) -> followingSide(edge, height, width);
            case Exact(var size) -> size.height();
            case Unchanged() -> height;
        };
        return Axis.centred(height, resized, preprocessing.outputHeight());
    }

    /** Python's {@code int(edge * side / other)}, or the edge itself for the shorter side. */
    private static long followingSide(int edge, int side, int other) {
        return side <= other ? edge : (long) ((double) ((long) edge * side) / other);
    }

    private PixelValues normalize(RgbImage pixels) {
        int width = preprocessing.outputWidth();
        int height = preprocessing.outputHeight();
        var layout = pixels.layout();
        int[] offsets = {layout.red(), layout.green(), layout.blue()};
        float[] values = new float[3 * width * height];
        for (int channel = 0; channel < 3; channel++) {
            Arrays.fill(values, channel * width * height, (channel + 1) * width * height, tables[channel][0]);
            spread(pixels, offsets[channel], channel, values);
        }
        return new PixelValues(width, height, values);
    }

    /** One channel into its plane, in the middle: what is around stays black. */
    private void spread(RgbImage pixels, int offset, int channel, float[] values) {
        float[] table = tables[channel];
        var layout = pixels.layout();
        int left = margin(preprocessing.outputWidth(), pixels.width());
        int top = margin(preprocessing.outputHeight(), pixels.height());
        for (int y = 0; y < pixels.height(); y++) {
            int source = layout.origin() + offset + y * layout.rowStride();
            int target = (channel * preprocessing.outputHeight() + top + y) * preprocessing.outputWidth() + left;
            for (int x = 0; x < pixels.width(); x++, source += layout.columnStride()) {
                values[target + x] = table[pixels.data()[source] & 0xff];
            }
        }
    }

    /** Half of what is missing, rounded up as Hugging Face does. */
    private static int margin(int output, int covered) {
        return (output - covered + 1) / 2;
    }

    /** The normalized value of every sample, rounded to float32 in the places where numpy rounds. */
    private static float[] table(double scale, double mean, double deviation) {
        float[] table = new float[256];
        for (int sample = 0; sample < table.length; sample++) {
            table[sample] = ((float) (sample * scale) - (float) mean) / (float) deviation;
        }
        return table;
    }
}
