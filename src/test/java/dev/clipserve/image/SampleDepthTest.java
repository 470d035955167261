package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.image.EncodedPictures.PngKind;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How samples of other than three times eight bits become RGB. */
final class SampleDepthTest {

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(10), EnumSet.allOf(ImageFormat.class)));

    /** Two pixels of one row: bit depth, colour type, the row without its filter byte, RGB. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 40, 000000ffffff",
        "2, 0, 60, 555555aaaaaa",
        "4, 0, 1e, 111111eeeeee",
        "8, 0, 1080, 101010808080",
        "16, 0, 12ff80ff, 121212808080",
        "8, 4, 10008000, 101010808080",
        "16, 4, 12ff000080ff0000, 121212808080",
        "8, 2, 010203040506, 010203040506",
        "16, 2, 01ff02ff03ff04ff05ff06ff, 010203040506",
        "8, 6, 0102030004050600, 010203040506",
        "8, 3, 0001, 0a0b0c0d0e0f",
        "1, 3, 40, 0a0b0c0d0e0f",
        "8, 3, 0109, 0d0e0f000000"
    })
    void decode_pngSamples_becomeEightBits(int bitDepth, int colorType, String row, String rgb) {
        byte[] palette = EncodedPictures.chunk("PLTE", HexFormat.of().parseHex("0a0b0c0d0e0f"));
        byte[] rows = HexFormat.of().parseHex("00" + row);
        byte[] png = EncodedPictures.png(new PngKind(2, 1, bitDepth, colorType, 0), rows, palette);
        assertThat(HexFormat.of().formatHex(Pictures.pack(DECODER.decode(png)).data()))
                .isEqualTo(rgb);
    }

    /**
     * Four pixels of a TIFF: bits, kind of alpha (0 unknown, 1 associated, 2 not), the row, what Pillow makes of it.
     */
    @ParameterizedTest
    @CsvSource({
        "8, 0, 0a141e2864c83200010203ffc8643264, 0a141e64c832010203c86432",
        "8, 1, 0a141e2864c83200010203ffc8643264, 3f7fbf000000010203ffff7f",
        "8, 2, 0a141e2864c83200010203ffc8643264, 0a141e64c832010203c86432",
        "16, 1, 000aff14801e07280064ffc8803207000001ff02800307ff00c8ff6480320764, 3f7fbf000000010203ffff7f",
        "16, 2, 000aff14801e07280064ffc8803207000001ff02800307ff00c8ff6480320764, 0a141e64c832010203c86432"
    })
    void decode_tiffWithAlpha_isDividedByItWhereItWasMultiplied(int bits, int alpha, String row, String rgb) {
        byte[] tiff = tiff(bits, alpha, HexFormat.of().parseHex(row));
        assertThat(HexFormat.of().formatHex(Pictures.pack(DECODER.decode(tiff)).data()))
                .isEqualTo(rgb);
    }

    /** A row of red, green, blue and alpha, as it is and the low byte first. */
    private static byte[] tiff(int bits, int alpha, byte[] row) {
        int bitsAt = 8 + row.length;
        int directory = bitsAt + 8;
        int[][] tags = {
            {256, row.length * 2 / bits},
            {257, 1},
            {258, bitsAt},
            {259, 1},
            {262, 2},
            {273, 8},
            {277, 4},
            {278, 1},
            {279, row.length},
            {338, alpha}
        };
        ByteBuffer file =
                ByteBuffer.allocate(directory + 2 + 12 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(directory).put(row);
        for (int sample = 0; sample < 4; sample++) {
            file.putShort((short) bits);
        }
        file.putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) 3).putInt(tag[0] == 258 ? 4 : 1);
            file.putInt(tag[1]);
        }
        return file.array();
    }

    /** R = 255 - K - C (255 - K) / 255 with C = 255 - 200 = 55 and K = 255 - 100 = 155: 100 - 21.57 = 78. */
    @Test
    void toRgb_invertedInks_areMultiplied() {
        var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 1, 1, 4, null);
        raster.setPixel(0, 0, new int[] {200, 255, 0, 100});
        assertThat(Cmyk.toRgb(raster, false).data()).containsExactly(78, 100, 0);
    }

    @Test
    void toRgb_plainInks_areMultiplied() {
        var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 1, 1, 4, null);
        raster.setPixel(0, 0, new int[] {55, 0, 255, 155});
        assertThat(Cmyk.toRgb(raster).data()).containsExactly(78, 100, 0);
    }
}
