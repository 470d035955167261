package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.image.EncodedPictures.PngKind;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
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
