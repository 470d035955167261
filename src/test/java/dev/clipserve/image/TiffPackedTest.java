package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strips whose data end early are refused: the JDK's reader would leave the rest black. */
final class TiffPackedTest {

    /** Four times the byte 41 in LZW, also with the bits of each byte in reverse, Deflate and PackBits. */
    @ParameterizedTest
    @CsvSource({
        "5, 1, 801060441808",
        "5, 2, 010806221810",
        "8, 1, 789c737474740400028e0105",
        "32773, 1, fd41",
        "32773, 1, 0141410041ff41"
    })
    void decode_strip_isRefusedWhereItsDataEndEarly(int compression, int fillOrder, String data) throws IOException {
        assertThat(decoded(4, compression, fillOrder, data)).containsExactly(0x41, 0x41, 0x41, 0x41);
        assertThatThrownBy(() -> decoded(6, compression, fillOrder, data))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("end early");
    }

    /** Of the JDK's reader's own: what it passes over in PackBits, and bits in reverse. */
    @ParameterizedTest
    @CsvSource({"32773, 1, 80fd41", "32773, 2, bf82", "8, 2, 1e39ce2e2e2e2000407180a0"})
    void decode_whatTheJdkReadsInAnotherWay_isNotSupported(int compression, int fillOrder, String data) {
        assertThatThrownBy(() -> decoded(4, compression, fillOrder, data))
                .isInstanceOf(UnsupportedImageException.class);
    }

    @Test
    void requireLzw_codesThatWiden_countsAll() throws IOException {
        // behind 254 literals codes have 10 bits, one code early
        StringBuilder bits = new StringBuilder(code(256, 9));
        for (int i = 0; i < 254; i++) {
            bits.append(code(i, 9));
        }
        bits.append(code(7, 10)).append(code(8, 10)).append(code(257, 10)).append("0000000");
        byte[] data = new byte[bits.length() / 8];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        packed(data, 256).requireLzw(false);
        assertThatThrownBy(() -> packed(data, 257).requireLzw(false)).isInstanceOf(CorruptImageException.class);
    }

    /** A code that long, the highest bit first. */
    private static String code(int value, int bits) {
        return Integer.toBinaryString((1 << bits) | value).substring(1);
    }

    private static TiffPacked packed(byte[] data, int wanted) {
        return new TiffPacked(ByteBuffer.wrap(data), wanted, new TimeLimit(Duration.ofDays(1)));
    }

    private static byte[] decoded(int width, int compression, int fillOrder, String data) throws IOException {
        TiffImage image = TiffImage.open(
                gray(width, compression, fillOrder, HexFormat.of().parseHex(data)));
        return image.decode(Window.whole(width, 1), new TimeLimit(Duration.ofDays(1)))
                .data();
    }

    /** A row of gray bytes. */
    private static byte[] gray(int width, int compression, int fillOrder, byte[] data) {
        int[][] tags = {
            {256, width},
            {257, 1},
            {258, 8},
            {259, compression},
            {262, 1},
            {266, fillOrder},
            {273, 8},
            {278, 1},
            {279, data.length}
        };
        int directory = 8 + data.length + data.length % 2;
        ByteBuffer file =
                ByteBuffer.allocate(directory + 2 + 12 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'I', 'I', 42, 0}).putInt(directory).put(data);
        file.position(directory).putShort((short) tags.length);
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) 3).putInt(1).putInt(tag[1]);
        }
        return file.array();
    }
}
