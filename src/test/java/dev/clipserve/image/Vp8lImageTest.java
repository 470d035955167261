package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.luciad.imageio.webp.WebPImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Our decoder of lossless WebPs against libwebp: equal to the bit. */
final class Vp8lImageTest {

    private static final TimeLimit NO_HURRY = new TimeLimit(Duration.ofDays(1));
    private static final Path FINDINGS = Path.of("src/test/resources/fuzz/image");

    /**
     * A picture to encode.
     *
     * @param colors how many there are at most, which decides whether and how they are packed
     * @param stripes whether it repeats, so that pixels are copied
     * @param percent of the encoder's effort
     */
    record Kind(int width, int height, int colors, boolean stripes, int percent) {}

    @Provide
    static Arbitrary<Kind> kinds() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 90),
                        Arbitraries.integers().between(1, 90),
                        Arbitraries.of(1, 2, 3, 4, 5, 16, 17, 256, 257, 1 << 20),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 100))
                .as(Kind::new);
    }

    @Property(tries = 300)
    void decode_anyPicture_equalsLibwebp(@ForAll("kinds") Kind kind) throws IOException {
        WebpImage image = WebpImage.open(encoded(kind));

        assertThat(decoded(image).data()).isEqualTo(byLibwebp(image).data());
    }

    /* Not the other way round: libwebp makes up the last row where the data end in it. */
    @Property(tries = 300)
    void decode_changedByte_isRefusedOrEqualsLibwebp(@ForAll("kinds") Kind kind, @ForAll Random random)
            throws IOException {
        byte[] bytes = encoded(kind);
        // behind the headers of file, chunk and bit stream
        int at = 25 + random.nextInt(bytes.length - 25);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        WebpImage image = WebpImage.open(bytes);
        RgbImage decoded;
        try {
            decoded = decoded(image);
        } catch (CorruptImageException refused) {
            return;
        }
        assertThat(decoded.data()).isEqualTo(byLibwebp(image).data());
    }

    @Test
    void decode_anyShorterStream_endsEarly() throws IOException {
        ByteBuffer chunk =
                Objects.requireNonNull(WebpImage.open(encoded(new Kind(30, 20, 1 << 20, true, 100))).stream());
        // the last byte may be padding
        for (int length = 5; length < chunk.limit() - 9; length++) {
            ByteBuffer stream = chunk.slice(8, length);
            assertThatThrownBy(() -> Vp8lImage.decode(stream, 30, 20, NO_HURRY))
                    .isInstanceOf(CorruptImageException.class)
                    .hasMessageContaining("end early");
        }
    }

    @Test
    void decode_transformTwice_isRefused() {
        assertThatThrownBy(() -> decoded("finding-webp-transform-a-thousand-times.webp"))
                .isInstanceOf(CorruptImageException.class)
                .hasMessage("its bit stream has a transform twice");
    }

    @Test
    void decode_moreCodesThanPixelsAreWorth_isRefused() {
        assertThatThrownBy(() -> decoded("finding-webp-thousands-of-codes.webp"))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessage("it has more prefix codes than its size is worth");
    }

    private static RgbImage decoded(String finding) throws IOException {
        return decoded(WebpImage.open(Files.readAllBytes(FINDINGS.resolve(finding))));
    }

    private static RgbImage decoded(WebpImage image) throws IOException {
        return image.decode(Window.whole((int) image.width(), (int) image.height()), NO_HURRY);
    }

    private static RgbImage byLibwebp(WebpImage image) throws IOException {
        return WebpImage.decodeByLibwebp(Objects.requireNonNull(image.stream()), NO_HURRY);
    }

    private static byte[] encoded(Kind kind) throws IOException {
        Random random = new Random(kind.hashCode());
        int[] colors = random.ints(Math.min(kind.colors, 257)).toArray();
        BufferedImage picture = new BufferedImage(kind.width, kind.height, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < kind.height; y++) {
            for (int x = 0; x < kind.width; x++) {
                int color = colors[kind.stripes ? (x / 7 + y) % colors.length : random.nextInt(colors.length)];
                boolean gradient = kind.colors > colors.length;
                picture.setRGB(x, y, gradient ? (x * 0x03010205 + y * 0x010301) ^ (color & 0x30F0107) : color);
            }
        }
        var writer = new WebPImageWriterSpi().createWriterInstance(null);
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType("Lossless");
        parameters.setCompressionQuality(kind.percent / 100f);
        var out = new ByteArrayOutputStream();
        try (var stream = Objects.requireNonNull(ImageIO.createImageOutputStream(out))) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        }
        writer.dispose();
        return out.toByteArray();
    }
}
