package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Resize;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import dev.clipserve.image.Preprocessing.Unchanged;
import dev.clipserve.image.RgbImage.Layout;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImagePreprocessorTest {

    private static final Normalization SAMPLES = new Normalization(1, new PerChannel(0, 0, 0), new PerChannel(1, 1, 1));

    @Test
    void preprocess_onePixel_isRescaledAndNormalizedByChannel() {
        var normalization = new Normalization(1 / 255.0, new PerChannel(0.5, 0.25, 0), new PerChannel(0.5, 0.25, 2));
        RgbImage pixel = RgbImage.packed(1, 1, new byte[] {(byte) 255, 51, 102});

        float[] values = preprocess(pixel, new Exact(new Size(1, 1)), new Size(1, 1), normalization);

        // (1 - 0.5) / 0.5, (0.2 - 0.25) / 0.25, 0.4 / 2
        assertThat(values).containsExactly(new float[] {1, -0.2f, 0.2f}, within(1e-6f));
    }

    @Test
    void preprocess_unchangedSize_isCroppedInTheMiddleInChannelRowColumnOrder() {
        // 5 × 4 pixels whose red is 10 × row + column, green 100 + that, blue 200 + column
        byte[] rgb = new byte[60];
        for (int i = 0; i < 20; i++) {
            rgb[3 * i] = (byte) (10 * (i / 5) + i % 5);
            rgb[3 * i + 1] = (byte) (100 + 10 * (i / 5) + i % 5);
            rgb[3 * i + 2] = (byte) (200 + i % 5);
        }

        float[] values = preprocess(RgbImage.packed(5, 4, rgb), new Unchanged(), new Size(2, 1), SAMPLES);

        // left (5 - 2) / 2 = 1, top (4 - 1) / 2 = 1, both rounded down
        assertThat(values).containsExactly(11, 12, 111, 112, 201, 202);
    }

    /* transformers' center_crop of 3 × 1 to 4 × 4: the picture at left 1, top 2. */
    @Test
    void preprocess_cropLargerThanPicture_isFilledWithBlackAround() {
        RgbImage row = new RgbImage(new byte[] {7, 8, 9}, new Layout(3, 1, 0, 1, 3, 0, 0, 0));

        float[] values = preprocess(row, new Unchanged(), new Size(4, 4), SAMPLES);

        assertThat(values).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9, 0, 0, 0, 0);
    }

    /* The side that follows is cut, not rounded: 224 × 640 / 427 is 335.7. */
    @ParameterizedTest
    @CsvSource({"640, 427, 335", "427, 640, 224", "449, 337, 298", "7, 3, 522", "223, 301, 224"})
    void preprocess_shortestEdge_equalsTheMiddleOfTheWholeResize(int width, int height, int newWidth) {
        RgbImage image = Pictures.noise(width, height, 11);
        int newHeight = width < height ? (int) (224L * height / width) : 224;

        float[] values = preprocess(image, new ShortestEdge(224), new Size(200, 200), SAMPLES);

        RgbImage whole = PillowResize.resize(
                image,
                Resample.BICUBIC,
                new Axis(width, newWidth, 0, newWidth),
                new Axis(height, newHeight, 0, newHeight));
        int green = 200 * 200;
        assertThat(values[green]).isEqualTo(Pictures.sample(whole, (newWidth - 200) / 2, (newHeight - 200) / 2, 1));
        assertThat(values[2 * green - 1])
                .isEqualTo(Pictures.sample(whole, (newWidth - 200) / 2 + 199, (newHeight - 200) / 2 + 199, 1));
    }

    /* 224 × 14,560,000 before the crop, and 224 × 11,200,000,000, which is more than an int. */
    @ParameterizedTest
    @CsvSource({"65000", "50000000"})
    void preprocess_thinPicture_costsOnlyTheCrop(int length) {
        byte[] gray = new byte[length];
        gray[length / 2] = (byte) 255;
        RgbImage tall = new RgbImage(gray, new Layout(1, length, 0, 1, 1, 0, 0, 0));
        RgbImage wide = new RgbImage(gray, new Layout(length, 1, 0, 1, length, 0, 0, 0));

        float[] fromTall = preprocess(tall, new ShortestEdge(224), new Size(224, 224), SAMPLES);
        float[] fromWide = preprocess(wide, new ShortestEdge(224), new Size(224, 224), SAMPLES);

        // the crop is the picture's middle: half of pixel length / 2 - 1, then half of the white one
        assertThat(fromTall[0]).isZero();
        assertThat(fromTall[223 * 224]).isEqualTo(255);
        assertThat(fromWide[0]).isZero();
        assertThat(fromWide[223]).isEqualTo(255);
    }

    @Test
    void preprocess_oddExcess_beginsWithThePixelThatTheReferenceDoes() {
        // torchvision: int(round((height - crop) / 2)), Python rounding halves to even; Hugging Face: (height - crop)
        // // 2
        assertThat(List.of(72L, 73L, 74L, 75L, 77L))
                .extracting(Rounding.HALF_EVEN::half)
                .containsExactly(36L, 36L, 37L, 38L, 38L);
        assertThat(List.of(72L, 73L, 74L, 75L, 77L))
                .extracting(Rounding.DOWN::half)
                .containsExactly(36L, 36L, 37L, 37L, 38L);

        // seven columns, each as dark as its number: the middle four begin with number 1 or with number 2
        byte[] gray = {0, 1, 2, 3, 4, 5, 6};
        var image = new RgbImage(gray, new Layout(7, 1, 0, 1, 7, 0, 0, 0));
        assertThat(cropped(image, Rounding.DOWN)).startsWith(1, 2, 3, 4);
        assertThat(cropped(image, Rounding.HALF_EVEN)).startsWith(2, 3, 4, 5);
    }

    private static float[] cropped(RgbImage image, Rounding rounding) {
        return preprocess(
                image,
                new Preprocessing(new Unchanged(), Resample.BICUBIC, new Crop(new Size(4, 1), rounding), SAMPLES));
    }

    private static float[] preprocess(RgbImage image, Resize resize, @Nullable Size crop, Normalization normalization) {
        return preprocess(
                image,
                new Preprocessing(
                        resize, Resample.BICUBIC, crop == null ? null : new Crop(crop, Rounding.DOWN), normalization));
    }

    private static float[] preprocess(RgbImage image, Preprocessing preprocessing) {
        PixelValues values = new ImagePreprocessor(preprocessing).preprocess(image);
        float[] floats = new float[values.size()];
        values.writeTo(FloatBuffer.wrap(floats));
        return floats;
    }
}
