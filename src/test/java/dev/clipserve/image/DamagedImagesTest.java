package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged images become a picture within the limits or an {@link InvalidImageException}, never anything else. */
final class DamagedImagesTest {

    private static final long SEED = 20_260_713;
    private static final int ROUNDS = 2_000;
    private static final ImageLimits LIMITS =
            new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(5), EnumSet.allOf(ImageFormat.class));
    private static final ImageDecoder DECODER = new ImageDecoder(LIMITS);

    @ParameterizedTest
    @MethodSource("names")
    void decode_changedBytes_pictureOrRefusal(String name) {
        byte[] image = EncodedPictures.sample(name);
        Random random = new Random(SEED);
        int pictures = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = image.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            pictures += decodes(damaged, round) ? 1 : 0;
        }
        assertThat(pictures).as("pictures of %s rounds", ROUNDS).isBetween(1, ROUNDS - 1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_everyLength_pictureOrRefusal(String name) {
        byte[] image = EncodedPictures.sample(name);
        for (int length = 0; length < image.length; length++) {
            decodes(Arrays.copyOf(image, length), length);
        }
        assertThat(decodes(image, image.length)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("names")
    void decode_insertedOrRemovedBytes_pictureOrRefusal(String name) {
        byte[] image = EncodedPictures.sample(name);
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS / 4; round++) {
            int from = 8 + random.nextInt(image.length - 8);
            int to = Math.min(image.length, from + random.nextInt(8));
            byte[] shorter = Arrays.copyOf(image, image.length - (to - from));
            System.arraycopy(image, to, shorter, from, image.length - to);
            decodes(shorter, round);
            byte[] longer = Arrays.copyOf(image, image.length + (to - from));
            System.arraycopy(image, from, longer, to, image.length - from);
            decodes(longer, round);
        }
        assertThat(decodes(image, 0)).isTrue();
    }

    static Stream<String> names() {
        return EncodedPictures.SAMPLES.keySet().stream();
    }

    private static boolean decodes(byte[] bytes, int round) {
        try {
            RgbImage image = DECODER.decode(bytes);
            assertThat((long) image.width() * image.height()).isBetween(1L, LIMITS.maxPixels());
            Pictures.pack(image);
            return true;
        } catch (InvalidImageException refusal) {
            assertThat(refusal.getMessage()).isNotBlank().doesNotContain("Exception", "java.", "null");
            return false;
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError fault) {
            throw new AssertionError("round " + round + ": " + HexFormat.of().formatHex(bytes), fault);
        }
    }
}
