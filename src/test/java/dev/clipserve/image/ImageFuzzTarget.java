package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fuzz.Allocation;
import dev.clipserve.image.Preprocessing.Crop;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.Rounding;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;

/**
 * Any bytes as an image: a picture as large as its header says, the same each time and whether all of it is decoded or
 * what the crop looks at, in no more memory than was announced; or a refusal that can be read. A lossless WebP is the
 * picture that libwebp makes of it.
 */
public final class ImageFuzzTarget {

    private static final ImageLimits LIMITS =
            new ImageLimits(1 << 20, 1 << 16, Duration.ofSeconds(20), EnumSet.allOf(ImageFormat.class));
    private static final ImageDecoder DECODER = new ImageDecoder(LIMITS);
    private static final ImagePreprocessor PREPROCESSOR = new ImagePreprocessor(preprocessing());
    private static final ImagePreparer PREPARER =
            new ImagePreparer(LIMITS, new DecodeBudget(1, 1 << 28), PREPROCESSOR, new SimpleMeterRegistry());

    private static final int LONGEST_MESSAGE = 250;

    private ImageFuzzTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        EncodedImage image;
        try {
            image = Allocation.within(32L * bytes.length + (1 << 16), () -> DECODER.open(bytes));
        } catch (InvalidImageException refusal) {
            requireClear(refusal);
            return;
        }
        Optional<RgbImage> picture = Allocation.within(allowed(image, bytes), () -> decode(image));
        assertThat(decode(image).map(ImageFuzzTarget::samples)).isEqualTo(picture.map(ImageFuzzTarget::samples));
        picture.ifPresentOrElse(whole -> requireSame(image, whole, bytes), () -> requireRefused(bytes));
    }

    /**
     * Twice what is held at the peak, since garbage counts; copies of the file, which its own limit bounds; objects.
     */
    private static long allowed(EncodedImage image, byte[] bytes) {
        return 2 * image.decodeBytes() + 6L * bytes.length + 64 * image.height() + (1 << 19);
    }

    private static Optional<RgbImage> decode(EncodedImage image) {
        try {
            return Optional.of(Pictures.pack(DECODER.decode(image, Window::whole)));
        } catch (InvalidImageException refusal) {
            requireClear(refusal);
            return Optional.empty();
        }
    }

    private static void requireSame(EncodedImage image, RgbImage whole, byte[] bytes) {
        if (image instanceof WebpImage webp && webp.isLossless()) {
            requireSameAsLibwebp(webp, whole);
        }
        assertThat((long) whole.width() * whole.height()).isEqualTo(image.pixels());
        assertThat((long) whole.width()).isIn(image.width(), image.height());
        PreparedImage prepared = PREPARER.prepare(bytes, Deadline.after(Duration.ofMinutes(1)));
        assertThat(prepared.format()).isEqualTo(image.format());
        assertThat(prepared.width()).isEqualTo(whole.width());
        assertThat(prepared.height()).isEqualTo(whole.height());
        assertThat(values(prepared.pixels())).isEqualTo(values(PREPROCESSOR.preprocess(whole)));
    }

    private static ByteBuffer samples(RgbImage packed) {
        return ByteBuffer.wrap(packed.data());
    }

    private static void requireSameAsLibwebp(WebpImage webp, RgbImage picture) {
        TimeLimit never = new TimeLimit(Duration.ofDays(1));
        RgbImage frame;
        try {
            frame = WebpImage.decodeByLibwebp(Objects.requireNonNull(webp.stream()), never);
        } catch (IOException refused) {
            throw new AssertionError("libwebp refuses it", refused);
        }
        // the canvas may be larger
        if (frame.width() == webp.width() && frame.height() == webp.height()) {
            assertThat(samples(picture))
                    .isEqualTo(samples(Pictures.pack(webp.orientation().turn(frame))));
        }
    }

    private static FloatBuffer values(PixelValues pixels) {
        FloatBuffer values = FloatBuffer.allocate(pixels.size());
        pixels.writeTo(values);
        return values.flip();
    }

    private static void requireRefused(byte[] bytes) {
        try {
            PREPARER.prepare(bytes, Deadline.after(Duration.ofMinutes(1)));
        } catch (InvalidImageException refusal) {
            requireClear(refusal);
            return;
        }
        throw new AssertionError("It is refused as a whole, but not where only the crop is decoded");
    }

    private static void requireClear(InvalidImageException refusal) {
        assertThat(refusal.getMessage())
                .isNotBlank()
                .hasSizeLessThan(LONGEST_MESSAGE)
                .doesNotContain("Exception", "java.", "null");
    }

    private static Preprocessing preprocessing() {
        var normalization =
                new Normalization(1 / 255.0, new PerChannel(0.5, 0.5, 0.5), new PerChannel(0.25, 0.25, 0.25));
        var crop = new Crop(new Size(16, 16), Rounding.DOWN);
        return new Preprocessing(new ShortestEdge(16), Resample.BICUBIC, crop, normalization);
    }
}
