package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JPEGs in a TIFF: the JDK's reader is given nothing whose frames and scans were not looked at. */
final class TiffJpegTest {

    private static final Path PICTURE = Path.of("src/test/resources/fuzz/image/seed-tiff-jpeg.tif");
    private static final TimeLimit NO_HURRY = new TimeLimit(Duration.ofDays(1));

    @Test
    void decode_tablesAlone_isDecoded() throws IOException {
        TiffImage image = TiffImage.open(Files.readAllBytes(PICTURE));
        assertThat(image.directory().data(TiffDirectory.JPEG_TABLES)).isPresent();
        assertThat(decoded(image).width()).isEqualTo(19);
    }

    /** The first segment a frame; fill before the second one; no EOI. */
    @ParameterizedTest
    @CsvSource({"3, 0xC2", "70, 0xFF", "288, 0x00"})
    void decode_tablesWithMore_isRefused(int index, int value) throws IOException {
        byte[] tiff = Files.readAllBytes(PICTURE);
        ByteBuffer tables = TiffDirectory.first(tiff)
                .data(TiffDirectory.JPEG_TABLES)
                .orElseThrow()
                .put(index, (byte) value);
        if (value == 0xFF) {
            // the segment before is a byte shorter
            tables.put(5, (byte) (tables.get(5) - 1));
        }
        assertRefused(tiff, "tables alone");
    }

    @Test
    void decode_stripWithoutItsBeginning_isRefused() throws IOException {
        byte[] tiff = Files.readAllBytes(PICTURE);
        int strip = (int) TiffDirectory.first(tiff).value(TiffDirectory.STRIP_OFFSETS, 0);
        tiff[strip + 1] = (byte) 0xC2;
        assertRefused(tiff, "no beginning");
    }

    /** The JDK's reader takes components 1, 2 and 3 for Y, Cb and Cr, and R, G and B for what they are. */
    @ParameterizedTest
    @CsvSource({"2, 1, 2, 3", "6, 82, 71, 66", "6, 0, 1, 2"})
    void decode_anotherColorSpaceThanTheTiffs_isNotSupported(int photometric, int first, int second, int third)
            throws IOException {
        TiffImage image = TiffImage.open(picture(photometric, first, second, third));
        assertThatThrownBy(() -> decoded(image))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessageContaining("another colour space");
    }

    @Test
    void decode_componentsWithoutNamesOfRgb_areNotConverted() throws IOException {
        byte[] named = decoded(TiffImage.open(Files.readAllBytes(PICTURE))).data();
        assertThat(decoded(TiffImage.open(picture(2, 0, 1, 2))).data()).isEqualTo(named);
    }

    /** The picture with another photometric interpretation and other numbers of its components. */
    private static byte[] picture(int photometric, int... components) throws IOException {
        byte[] tiff = Files.readAllBytes(PICTURE);
        TiffDirectory directory = TiffDirectory.first(tiff);
        tiff[Objects.requireNonNull(directory.entries().get(TiffDirectory.PHOTOMETRIC)) + 8] = (byte) photometric;
        int strip = (int) directory.value(TiffDirectory.STRIP_OFFSETS, 0);
        for (int i = 0; i < components.length; i++) {
            // the frame follows the SOI, and the scan the frame
            tiff[strip + 12 + 3 * i] = (byte) components[i];
            tiff[strip + 26 + 2 * i] = (byte) components[i];
        }
        return tiff;
    }

    private static void assertRefused(byte[] tiff, String reason) throws IOException {
        TiffImage image = TiffImage.open(tiff);
        assertThatThrownBy(() -> decoded(image))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining(reason);
    }

    private static RgbImage decoded(TiffImage image) throws IOException {
        return image.decode(Window.whole((int) image.width(), (int) image.height()), NO_HURRY);
    }
}
