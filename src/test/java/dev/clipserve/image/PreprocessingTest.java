package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Exact;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

final class PreprocessingTest {

    private static final PerChannel ONES = new PerChannel(1, 1, 1);
    private static final Normalization NORMALIZATION = new Normalization(1 / 255.0, ONES, ONES);

    @Test
    void output_withCrop_isTheCrop() {
        var preprocessing = new Preprocessing(
                new ShortestEdge(256), Resample.BICUBIC, new Crop(new Size(224, 192), Rounding.DOWN), NORMALIZATION);

        assertThat(preprocessing.outputWidth()).isEqualTo(224);
        assertThat(preprocessing.outputHeight()).isEqualTo(192);
    }

    @Test
    void output_withoutCrop_isTheExactSize() {
        var preprocessing = new Preprocessing(new Exact(new Size(384, 256)), Resample.BICUBIC, null, NORMALIZATION);

        assertThat(preprocessing.outputWidth()).isEqualTo(384);
        assertThat(preprocessing.outputHeight()).isEqualTo(256);
    }

    @Test
    void constructor_shortestEdgeWithoutCrop_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Preprocessing(new ShortestEdge(224), Resample.BICUBIC, null, NORMALIZATION))
                .withMessageContaining("give a crop size or an exact width and height");
    }

    @Test
    void constructor_sideOutOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShortestEdge(0))
                .withMessage("shortest edge must be between 1 and 4096 pixels, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Size(224, 4097))
                .withMessage("height must be between 1 and 4096 pixels, not 4097");
    }

    @Test
    void constructor_deviationOfZero_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Normalization(1 / 255.0, ONES, new PerChannel(1, 0, 1)))
                .withMessage("green standard deviation must be positive, not 0.0");
    }

    @Test
    void constructor_meanNotFinite_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PerChannel(0, Double.NaN, 0));
    }

    private static final Normalization HALVES_LESS_ONE =
            new Normalization(0.5, new PerChannel(1, 1, 1), new PerChannel(1, 1, 1));

    @Test
    void pixelValues_copyOf_doesNotSeeLaterWrites() {
        byte[] samples = {1, 2, -1};
        PixelValues values = PixelValues.copyOf(1, 1, samples, HALVES_LESS_ONE);
        samples[0] = 9;

        FloatBuffer written = FloatBuffer.allocate(4);
        values.writeTo(written);

        assertThat(written.array()).containsExactly(-0.5f, 0, 126.5f, 0);
        assertThat(written.position()).isEqualTo(values.size());
    }

    @Test
    void pixelValues_wrongCount_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PixelValues.copyOf(2, 1, new byte[5], HALVES_LESS_ONE))
                .withMessage("5 samples are not [3, 1, 2] pixels");
    }
}
