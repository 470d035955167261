package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.image.EncodedPictures.PngKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What headers tell of the memory that decoding will take; whether it takes no more, the fuzz target looks at. */
final class DecodeMemoryTest {

    /* 3 bytes a pixel of the result, and two rows of 8 bytes a pixel. */
    @Test
    void decodeBytes_pngOfOneRow_countsItsRows() throws IOException {
        byte[] png = EncodedPictures.png(new PngKind(65_536, 1, 16, 6, 0), new byte[0]);
        assertThat(PngImage.open(png).decodeBytes()).isEqualTo(65_536L * (3 + 2 * 8));
    }

    /* 24 × 18 pixels are less than the largest unit of 32 × 32; three samples, and chroma at half the density. */
    @Test
    void decodeBytes_jpeg_countsWholeUnitsAndACopyOfTheFile() throws IOException {
        byte[] jpeg = EncodedPictures.sample("jpeg");
        assertThat(JpegImage.open(jpeg).decodeBytes()).isEqualTo(32 * 32 * 4 + jpeg.length);
    }

    @Test
    void decodeBytes_webp_countsCopiesOfItsStream() throws IOException {
        WebpImage lossless = WebpImage.open(EncodedPictures.sample("webp lossless"));
        WebpImage lossy = WebpImage.open(EncodedPictures.sample("webp lossy"));
        assertThat(lossless.decodeBytes()).isEqualTo(Vp8lImage.decodeBytes(lossless.pixels()) + streamBytes(lossless));
        assertThat(lossy.decodeBytes()).isEqualTo(12 * lossy.pixels() + (1 << 20) + 4 * streamBytes(lossy));
    }

    private static long streamBytes(WebpImage image) {
        return Objects.requireNonNull(image.stream()).limit();
    }

    /*
     * One gray pixel: raster and RGB, a tile of 1,024 × 1,024, a row of one int, 10 values of 40 bytes each; the file
     * with another directory, and what is unpacked of it.
     */
    @Test
    void decodeBytes_tiffOfALargeTile_countsTheTileAndTheValues() throws IOException {
        byte[] tiff = tiff(new int[][] {
            {256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}, {322, 1_024}, {323, 1_024}, {324, 0}, {325, 1}, {530, 1}
        });
        assertThat(TiffImage.open(tiff).decodeBytes()).isEqualTo((1 + 3) + (1 << 20) + 4 + 10 * 40 + 2 * tiff.length);
    }

    /* The JDK's reader would make a tile of 900 million pixels for the one that there is. */
    @Test
    void decode_tiffOfAStripWithTheSizeOfATile_isRefused() throws IOException {
        TiffImage image = TiffImage.open(tiff(new int[][] {
            {256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}, {273, 8}, {279, 1}, {322, 30_000}, {323, 30_000}
        }));
        assertThatThrownBy(() -> image.decode(Window.whole(1, 1), new TimeLimit(Duration.ofDays(1))))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("strips or tiles");
    }

    @Test
    void decode_tiffOfDifferencesOf16Bits_isNotSupported() throws IOException {
        TiffImage image = TiffImage.open(tiff(
                new int[][] {{256, 1}, {257, 1}, {258, 16}, {259, 8}, {262, 2}, {273, 8}, {277, 3}, {279, 1}, {317, 2}
                }));
        assertThatThrownBy(() -> image.decode(Window.whole(1, 1), new TimeLimit(Duration.ofDays(1))))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessageContaining("differences");
    }

    @Test
    void first_repeatedTag_keepsTheFirst() throws CorruptImageException {
        TiffDirectory directory = TiffDirectory.first(tiff(new int[][] {{256, 7}, {256, 8}, {257, 9}, {256, 10}}));
        assertThat(directory.value(TiffDirectory.WIDTH, 0)).isEqualTo(7);
        assertThat(directory.values()).isEqualTo(2);
    }

    /* libwebp, too, takes a canvas only where it comes first. */
    @Test
    void open_webpCanvasBehindThePicture_isAsLargeAsThePicture() throws IOException {
        byte[] webp = EncodedPictures.sample("webp lossy");
        WebpImage image = WebpImage.open(with(webp, "VP8X", new byte[10]));
        assertThat(image.width()).isEqualTo(WebpImage.open(webp).width());
        assertThat(image.height()).isEqualTo(WebpImage.open(webp).height());
        assertThat(image.width()).isGreaterThan(1);
    }

    @Test
    void orientation_webpOfSeveralExif_isTheLast() throws IOException {
        byte[] webp = EncodedPictures.sample("webp lossless");
        byte[] sixth = with(webp, "EXIF", EncodedPictures.exif(6, ByteOrder.BIG_ENDIAN));
        byte[] third = with(sixth, "EXIF", EncodedPictures.exif(3, ByteOrder.LITTLE_ENDIAN));
        assertThat(WebpImage.open(sixth).orientation()).isEqualTo(Orientation.QUARTER_TURN);
        assertThat(WebpImage.open(third).orientation()).isEqualTo(Orientation.HALF_TURN);
    }

    /** A WebP with another chunk behind the others, of an even length. */
    private static byte[] with(byte[] webp, String name, byte[] data) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(webp);
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(data.length)
                .array());
        out.writeBytes(data);
        byte[] longer = out.toByteArray();
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(4, longer.length - 8);
        return longer;
    }

    /** A TIFF of tags with a 32-bit number each. */
    private static byte[] tiff(int[][] tags) {
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 12 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) 4).putInt(1).putInt(tag[1]);
        }
        return file.array();
    }
}
