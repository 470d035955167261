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
import java.util.Arrays;
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

    /* Whole units may be up to 31 pixels more a side than 24 × 18; three samples, and chroma at half the density. */
    @Test
    void decodeBytes_jpeg_countsWholeUnitsAndACopyOfTheFile() throws IOException {
        byte[] jpeg = EncodedPictures.sample("jpeg");
        assertThat(JpegImage.open(jpeg).decodeBytes()).isEqualTo(55 * 49 * 4 + jpeg.length);
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
     * One gray pixel: raster and RGB, a tile of 1,024 × 1,024, a row of one int, 10 values of 40 bytes each; three
     * copies of the file.
     */
    @Test
    void decodeBytes_tiffOfALargeTile_countsTheTileAndTheValues() throws IOException {
        byte[] tiff = tiff(new int[][] {
            {256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}, {322, 1_024}, {323, 1_024}, {324, 0}, {325, 1}, {530, 1}
        });
        assertThat(TiffImage.open(tiff).decodeBytes()).isEqualTo((1 + 3) + (1 << 20) + 4 + 10 * 40 + 3 * tiff.length);
    }

    /* 3,838 strings of up to 3,839 bytes; of a small file there are fewer. */
    @Test
    void decodeBytes_tiffOfLzw_countsItsStrings() throws IOException {
        byte[] plain = tiff(new int[][] {{256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}});
        byte[] lzw = tiff(new int[][] {{256, 1}, {257, 1}, {258, 8}, {259, 5}, {262, 1}});
        int bytes = 10_000;
        long more = TiffImage.open(Arrays.copyOf(lzw, bytes)).decodeBytes()
                - TiffImage.open(Arrays.copyOf(plain, bytes)).decodeBytes();
        assertThat(more).isGreaterThan(3_838 * 3_840 / 2);
        assertThat(TiffImage.open(lzw).decodeBytes()).isLessThan(200_000);
    }

    /* Its minimum coded units are 32 pixels wide. */
    @Test
    void decodeBytes_tiffOfAThinJpeg_countsWholeUnits() throws IOException {
        byte[] tiff = tiff(new int[][] {{256, 1}, {257, 60_000}, {258, 8}, {259, 7}, {262, 6}, {277, 3}});
        assertThat(TiffImage.open(tiff).decodeBytes()).isGreaterThan(60_000 * 32 * 3 * 2);
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
    void decode_tiffThatDoesNotTellWhatItsSamplesAre_isNotSupported() throws IOException {
        TiffImage image = TiffImage.open(
                tiff(new int[][] {{256, 1}, {257, 1}, {258, 8}, {259, 1}, {273, 8}, {277, 1}, {279, 1}}));
        assertThatThrownBy(() -> image.decode(Window.whole(1, 1), new TimeLimit(Duration.ofDays(1))))
                .isInstanceOf(UnsupportedImageException.class)
                .hasMessageContaining("neither");
    }

    @Test
    void decode_tiffOfIndicesWithoutColors_isRefused() throws IOException {
        TiffImage image = TiffImage.open(
                tiff(new int[][] {{256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 3}, {273, 8}, {279, 1}}));
        assertThatThrownBy(() -> image.decode(Window.whole(1, 1), new TimeLimit(Duration.ofDays(1))))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("palette");
    }

    /* The JDK's reader would not see the height of the tile, and take the rows of a strip for it. */
    @Test
    void first_tagOfAnotherType_isRefused() {
        byte[] tiff = tiff(new int[][] {{323, 1}, {322, 30_000}, {278, 30_000}});
        tiff[12] = 1;
        assertThatThrownBy(() -> TiffDirectory.first(tiff))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("tag 323");
    }

    /* The JDK's reader would colour grays by it. */
    @Test
    void first_colorsOfGrays_areLeftOut() throws CorruptImageException {
        assertThat(TiffDirectory.first(tiff(new int[][] {{262, 1}, {320, 7}})).count(TiffDirectory.PALETTE))
                .isZero();
        assertThat(TiffDirectory.first(tiff(new int[][] {{262, 3}, {320, 7}})).count(TiffDirectory.PALETTE))
                .isOne();
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

    /** A TIFF of tags with a 16-bit number each, but for the places of tiles. */
    private static byte[] tiff(int[][] tags) {
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 12 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) tags.length);
        for (int[] tag : tags) {
            int type = tag[0] == TiffDirectory.TILE_OFFSETS ? 4 : 3;
            file.putShort((short) tag[0]).putShort((short) type).putInt(1).putInt(tag[1]);
        }
        return file.array();
    }
}
