package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.image.RgbImage.Layout;
import java.util.Arrays;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PillowResizeTest {

    /**
     * From Pillow 13.0.0: {@code Image.resize((width, height), filter)} of a {@link #formula} of 5 × 6. To 7 × 3 it
     * goes vertically first, to the other sizes horizontally.
     */
    @ParameterizedTest
    @CsvSource({
        "BICUBIC, 3, 2, 51 148 112 83 123 110 144 191 118 143 173 95 127 96 122 62 139 112",
        "BICUBIC, 3, 4, 14 138 87 150 141 50 201 221 152 66 152 138 24 125 160 119 183 92 169 171 104 97 49 137 11 103 98 123 179 71 186 140 90 112 172 135",
        "BICUBIC, 7, 3, 17 110 99 18 161 108 52 170 99 125 102 66 168 175 73 186 226 123 187 238 174 131 197 127 121 150 108 87 90 136 36 56 214 26 112 104 51 134 80 82 126 118 173 199 78 127 180 86 128 131 92 206 74 93 167 157 110 90 170 122 29 135 127",
        "BILINEAR, 3, 2, 54 152 109 85 124 110 140 190 117 140 170 100 128 101 121 66 143 111",
        "BILINEAR, 3, 4, 24 139 90 141 140 62 192 217 147 73 153 133 41 123 151 113 178 96 153 168 102 96 65 136 29 112 99 125 180 74 177 136 91 107 167 132",
        "BILINEAR, 7, 3, 28 120 102 33 155 105 61 158 98 120 98 77 154 170 82 172 211 119 178 227 165 126 188 122 111 149 113 87 102 132 53 61 197 49 117 108 63 137 93 84 134 120 165 197 82 131 172 88 130 130 95 192 74 102 151 148 110 94 160 118 40 137 125",
        "LANCZOS, 3, 2, 52 146 116 79 120 109 143 190 117 144 173 96 124 94 125 59 139 110",
        "LANCZOS, 3, 4, 8 141 90 157 144 42 207 226 152 61 152 137 12 125 164 122 184 89 180 170 111 97 42 136 0 100 96 118 178 71 194 144 88 118 179 134",
        "LANCZOS, 7, 3, 17 103 98 9 164 110 45 172 97 124 107 63 175 175 67 194 237 130 194 236 174 133 200 133 128 159 106 85 78 151 29 51 219 12 109 105 48 140 66 78 123 118 177 199 77 126 187 81 134 121 86 213 73 91 183 149 108 79 170 125 24 131 130",
        "BOX, 3, 2, 45 145 117 93 102 111 156 202 120 138 172 78 161 61 132 70 135 115",
        "BOX, 3, 4, 23 156 96 140 96 52 186 221 129 88 124 159 0 115 230 97 164 102 168 170 109 131 21 167 23 121 90 79 176 18 221 142 63 165 165 166",
        "BOX, 7, 3, 9 115 93 37 196 99 37 196 99 140 96 52 188 197 78 188 197 78 183 245 179 131 193 127 105 92 79 105 92 79 26 66 234 20 113 78 20 113 78 89 107 125 173 191 81 93 164 107 93 164 107 216 84 80 156 205 126 156 205 126 43 145 119",
        "HAMMING, 3, 2, 46 150 113 87 118 110 152 202 120 147 177 96 145 84 121 59 142 113",
        "HAMMING, 3, 4, 23 126 87 161 130 52 197 216 163 77 147 144 28 120 171 121 178 96 153 177 88 94 41 156 19 99 107 121 183 59 192 131 83 112 161 138",
        "HAMMING, 7, 3, 14 116 95 29 166 99 48 182 96 134 96 59 177 186 78 182 212 112 181 240 175 129 191 125 112 131 100 95 96 102 34 64 222 29 115 92 48 119 92 87 115 123 170 192 81 121 171 96 108 152 101 209 81 86 156 185 118 113 179 121 42 142 120"
    })
    void resize_smallPicture_equalsPillow(Resample filter, int width, int height, String samples) {
        RgbImage resized = resize(formula(5, 6), filter, width, height);

        int[] expected = Pattern.compile(" ")
                .splitAsStream(samples)
                .mapToInt(Integer::parseInt)
                .toArray();
        assertThat(samples(resized)).containsExactly(expected);
    }

    @Property(tries = 200)
    void resize_constantPicture_staysConstant(
            @ForAll Resample filter,
            @ForAll @IntRange(min = 1, max = 90) int size,
            @ForAll @IntRange(max = 255) int level) {
        byte[] rgb = new byte[3 * size * 40];
        Arrays.fill(rgb, (byte) level);

        int[] resized = samples(resize(RgbImage.packed(size, 40, rgb), filter, 33, 29));

        assertThat(resized).containsOnly(level);
    }

    @ParameterizedTest
    @CsvSource({"BICUBIC", "BILINEAR", "LANCZOS", "BOX", "HAMMING"})
    void resize_sameSize_leavesEverySample(Resample filter) {
        RgbImage image = Pictures.noise(37, 23, 1);

        assertThat(samples(resize(image, filter, 37, 23))).containsExactly(samples(image));
    }

    @Property(tries = 300)
    void resize_window_equalsThatPartOfTheWholeResize(
            @ForAll @IntRange(min = 1, max = 60) int width,
            @ForAll @IntRange(min = 1, max = 60) int height,
            @ForAll @IntRange(min = 1, max = 50) int newWidth,
            @ForAll @IntRange(min = 1, max = 50) int newHeight) {
        RgbImage image = Pictures.noise(width, height, width * 61L + height);
        var horizontal = new Axis(width, newWidth, newWidth / 3, newWidth - newWidth / 2);
        var vertical = new Axis(height, newHeight, newHeight / 4, newHeight - newHeight / 3);

        RgbImage window = PillowResize.resize(image, Resample.BICUBIC, horizontal, vertical);

        RgbImage whole = resize(image, Resample.BICUBIC, newWidth, newHeight);
        for (int y = 0; y < window.height(); y++) {
            for (int x = 0; x < window.width(); x++) {
                assertThat(Pictures.sample(window, x, y, 1))
                        .isEqualTo(Pictures.sample(whole, x + newWidth / 3, y + newHeight / 4, 1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"20, 14", "14, 40", "3, 50"})
    void resize_stridedView_equalsResizeOfItsCopy(int width, int height) {
        byte[] bytes =
                Pictures.noise(/* width= */ height, /* height= */ width, 7).data();
        // B, G, R bytes of a picture that lies on its side, the last row first
        RgbImage view =
                new RgbImage(bytes, new Layout(width, height, 3 * height * (width - 1), -3 * height, 3, 2, 1, 0));

        RgbImage resized = resize(view, Resample.BICUBIC, 9, 11);

        assertThat(samples(resized)).containsExactly(samples(resize(Pictures.pack(view), Resample.BICUBIC, 9, 11)));
    }

    @Test
    void resize_grayPlane_givesEqualChannels() {
        byte[] gray = Pictures.noise(12, 3, 5).data();
        RgbImage image = new RgbImage(gray, new Layout(12, 9, 0, 1, 12, 0, 0, 0));

        RgbImage resized = resize(image, Resample.BICUBIC, 5, 7);

        assertThat(samples(resized)).containsExactly(samples(resize(Pictures.pack(image), Resample.BICUBIC, 5, 7)));
        assertThat(Pictures.sample(resized, 2, 3, 0)).isEqualTo(Pictures.sample(resized, 2, 3, 2));
    }

    /* Twelve million source pixels on one axis take 48 million weights, far more than are held at once. */
    @ParameterizedTest
    @CsvSource({"12000000, 1", "1, 12000000"})
    void resize_longAndThinToSquare_isComputedInParts(int width, int height) {
        byte[] gray = new byte[12_000_000];
        Arrays.fill(gray, 6_000_000, 12_000_000, (byte) 200);
        RgbImage image = new RgbImage(gray, new Layout(width, height, 0, 1, width, 0, 0, 0));

        RgbImage resized = resize(image, Resample.BICUBIC, 32, 32);

        boolean wide = width > height;
        assertThat(Pictures.sample(resized, 5, 5, 0)).isZero();
        // not 200, here and in Pillow: each weight is 0.000003, and 22 bits round it by a few percent
        assertThat(Pictures.sample(resized, wide ? 26 : 5, wide ? 5 : 26, 0)).isEqualTo(198);
    }

    private static RgbImage resize(RgbImage image, Resample filter, int width, int height) {
        return PillowResize.resize(
                image, filter, new Axis(image.width(), width, 0, width), new Axis(image.height(), height, 0, height));
    }

    /** Sample c of pixel (x, y) is (37x + 91y + 53c)(x + 2y + 1) mod 256. */
    private static RgbImage formula(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) ((37 * x + 91 * y + 53 * (i % 3)) * (x + 2 * y + 1));
        }
        return RgbImage.packed(width, height, rgb);
    }

    private static int[] samples(RgbImage image) {
        byte[] packed = Pictures.pack(image).data();
        int[] samples = new int[packed.length];
        Arrays.setAll(samples, i -> packed[i] & 0xff);
        return samples;
    }
}
