package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.image.EncodedPictures.PngKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** EXIF 2.32, tag 274: the value names the sides that the stored first row and first column show. */
final class OrientationTest {

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(10), EnumSet.allOf(ImageFormat.class)));

    /** Two rows of three gray pixels, stored as 1 2 3 / 4 5 6. */
    private static final byte[] ROWS = {0, 1, 2, 3, 0, 4, 5, 6};

    @ParameterizedTest
    @CsvSource({
        "1, 3, 1 2 3 4 5 6",
        "2, 3, 3 2 1 6 5 4",
        "3, 3, 6 5 4 3 2 1",
        "4, 3, 4 5 6 1 2 3",
        "5, 2, 1 4 2 5 3 6",
        "6, 2, 4 1 5 2 6 3",
        "7, 2, 6 3 5 2 4 1",
        "8, 2, 3 6 2 5 1 4"
    })
    void decode_orientation_isUpright(int value, int width, String pixels) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            RgbImage image = DECODER.decode(picture(EncodedPictures.exif(value, order)));
            assertThat(image.width()).isEqualTo(width);
            assertThat(gray(image)).isEqualTo(pixels);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255, 65_535})
    void decode_undefinedOrientation_isAsStored(int value) {
        assertThat(gray(DECODER.decode(picture(EncodedPictures.exif(value, ByteOrder.BIG_ENDIAN)))))
                .isEqualTo("1 2 3 4 5 6");
    }

    @Test
    void orientation_everyTruncationAndManyValues_neverThrows() {
        byte[] exif = EncodedPictures.exif(6, ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < exif.length; i++) {
            assertThat(Exif.orientation(ByteBuffer.wrap(exif, 0, i))).isNotNull();
            byte[] broken = exif.clone();
            broken[i] = (byte) 0xFF;
            assertThat(Exif.orientation(ByteBuffer.wrap(broken))).isNotNull();
        }
    }

    @Test
    void decode_jpegWithExif_isTurned() {
        byte[] exif = EncodedPictures.exif(6, ByteOrder.BIG_ENDIAN);
        byte[] prefix = HexFormat.of().parseHex("457869660000");
        byte[] segment =
                ByteBuffer.allocate(6 + exif.length).put(prefix).put(exif).array();
        RgbImage image = DECODER.decode(EncodedPictures.withSegment(EncodedPictures.sample("jpeg"), 0xE1, segment));
        assertThat(image.width()).isEqualTo(18);
        assertThat(image.height()).isEqualTo(24);
    }

    private static byte[] picture(byte[] exif) {
        return EncodedPictures.png(new PngKind(3, 2, 8, 0, 0), ROWS, EncodedPictures.chunk("eXIf", exif));
    }

    private static String gray(RgbImage image) {
        var pixels = new StringBuilder();
        for (int i = 0; i < image.width() * image.height(); i++) {
            pixels.append(Pictures.sample(image, i % image.width(), i / image.width(), 1))
                    .append(' ');
        }
        return pixels.toString().strip();
    }
}
