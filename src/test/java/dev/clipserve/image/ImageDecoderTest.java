package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipserve.image.EncodedPictures.PngKind;
import dev.clipserve.image.InvalidImageException.Reason;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageDecoderTest {

    private static final Set<ImageFormat> ALL = EnumSet.allOf(ImageFormat.class);
    private static final ImageLimits LIMITS = new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(10), ALL);

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void decode_losslessFormat_keepsEveryPixel(String format) {
        BufferedImage picture = EncodedPictures.pattern(24, 18, BufferedImage.TYPE_INT_RGB);
        RgbImage image = decode(EncodedPictures.written(picture, format));
        assertThat(image.width()).isEqualTo(24);
        assertThat(image.height()).isEqualTo(18);
        for (int i = 0; i < 24 * 18; i++) {
            assertThat(color(image, i % 24, i / 24)).isEqualTo(picture.getRGB(i % 24, i / 24) & 0xFFFFFF);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JPEG, jpeg",
        "PNG, png interlaced",
        "GIF, gif",
        "WEBP, webp lossy",
        "WEBP, webp lossless",
        "BMP, bmp",
        "TIFF, tiff"
    })
    void open_picture_tellsFormatBySize(ImageFormat format, String sample) {
        EncodedImage image = new ImageDecoder(LIMITS).open(EncodedPictures.sample(sample));
        assertThat(image.format()).isEqualTo(format);
        assertThat(image.width()).isPositive();
        assertThat(image.decodeBytes()).isGreaterThanOrEqualTo(image.pixels());
    }

    static Stream<String> samples() {
        return EncodedPictures.SAMPLES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void decode_bytesBehindTheEnd_areNotLookedAt(String sample) {
        byte[] picture = EncodedPictures.sample(sample);
        RgbImage expected = decode(picture);
        for (int more : new int[] {1, 7, 8, 9, 1_000}) {
            byte[] longer = Arrays.copyOf(picture, picture.length + more);
            Arrays.fill(longer, picture.length, longer.length, (byte) 0x55);
            RgbImage image = decode(longer);
            for (int i = 0; i < expected.width() * expected.height(); i++) {
                int x = i % expected.width();
                int y = i / expected.width();
                assertThat(color(image, x, y)).isEqualTo(color(expected, x, y));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-8, -2, 2, 8, Integer.MIN_VALUE})
    void decode_webpWhoseHeaderGivesAnotherLength_isCorrupt(int difference) {
        byte[] webp = EncodedPictures.sample("webp lossy");
        ByteBuffer header = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(4, header.getInt(4) + difference);
        assertRefused(webp, LIMITS, Reason.CORRUPT).withMessageContaining("cut short");
    }

    @Test
    void decode_noBytes_isEmpty() {
        assertRefused(new byte[0], LIMITS, Reason.EMPTY).withMessageContaining("JPEG, PNG, GIF, WebP, BMP, TIFF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "<!doctype html><svg></svg>", "data:image/png;base64,iVBORw0KGgo=", " GIF89a"})
    void decode_otherBytes_isNotAnImage(String text) {
        assertRefused(text.getBytes(StandardCharsets.UTF_8), LIMITS, Reason.NOT_AN_IMAGE)
                .withMessageContaining("JPEG, PNG, GIF, WebP, BMP, TIFF");
    }

    @ParameterizedTest
    @CsvSource({
        "SVG, <svg xmlns=''/>",
        "SVG, \uFEFF<?xml version='1.0'?><svg/>",
        "PDF, %PDF-1.7",
        "HEIC, ....ftypheic",
        "AVIF, ....ftypavif",
        "Netpbm, P6 1 1 255"
    })
    void decode_knownFormatWithoutDecoder_isNamed(String name, String start) {
        assertRefused(start.getBytes(StandardCharsets.UTF_8), LIMITS, Reason.UNSUPPORTED_FORMAT)
                .withMessageContaining(name)
                .withMessageContaining("JPEG, PNG, GIF, WebP, BMP, TIFF");
    }

    @Test
    void decode_formatSwitchedOff_isUnsupported() {
        var jpegOnly = new ImageLimits(1_000_000, 1_000_000, Duration.ofSeconds(10), Set.of(ImageFormat.JPEG));
        assertRefused(EncodedPictures.sample("png"), jpegOnly, Reason.UNSUPPORTED_FORMAT)
                .withMessage("The image is PNG, which is switched off here. Send one of JPEG.");
    }

    @Test
    void decode_moreBytesThanAllowed_statesBothNumbers() {
        assertRefused(new byte[1_000_001], LIMITS, Reason.TOO_MANY_BYTES)
                .withMessage("The image has 1,000,001 bytes; at most 1,000,000 are allowed.");
    }

    @Test
    void decode_headerClaimsMorePixelsThanAllowed_statesBothNumbers() {
        byte[] png = EncodedPictures.png(new PngKind(1_001, 1_000, 8, 0, 0), new byte[0]);
        assertRefused(png, LIMITS, Reason.TOO_MANY_PIXELS)
                .withMessage("The image has 1,001,000 pixels (1001 × 1000); at most 1,000,000 are allowed.");
    }

    @Test
    void decode_pixelsThatFitNoArray_isTooManyPixels() {
        var generous = new ImageLimits(1_000_000, Long.MAX_VALUE, Duration.ofSeconds(10), ALL);
        byte[] png = EncodedPictures.png(new PngKind(Integer.MAX_VALUE, Integer.MAX_VALUE, 16, 6, 0), new byte[0]);
        assertRefused(png, generous, Reason.TOO_MANY_PIXELS);
    }

    @Test
    void decode_samplesThatFitNoArray_isTooManyPixels() {
        var generous = new ImageLimits(1_000_000, Long.MAX_VALUE, Duration.ofSeconds(10), ALL);
        byte[] png = EncodedPictures.png(new PngKind(30_000, 30_000, 8, 2, 0), new byte[0]);
        assertRefused(png, generous, Reason.TOO_MANY_PIXELS)
                .withMessageContaining("this service has 2,147,483,583 for it");
    }

    @Test
    void decode_timeIsUp_isTooSlow() {
        var hasty = new ImageLimits(1_000_000, 1_000_000, Duration.ofNanos(1), ALL);
        assertRefused(EncodedPictures.sample("jpeg"), hasty, Reason.TOO_SLOW).withMessageContaining("too long");
        assertRefused(EncodedPictures.sample("png"), hasty, Reason.TOO_SLOW);
        assertRefused(EncodedPictures.sample("webp lossless"), hasty, Reason.TOO_SLOW);
    }

    /* Runs that go on beyond the end of their row, which alone used to be when the clock was looked at. */
    @Test
    void decode_timeIsUpInARowOfABitmap_isTooSlow() {
        ByteBuffer bmp = ByteBuffer.allocate(54 + 2 * 2_000).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put(new byte[] {'B', 'M'})
                .putInt(10, 54)
                .putInt(14, 40)
                .putInt(18, 8)
                .putInt(22, 8);
        bmp.putShort(28, (short) 8).putInt(30, 1);
        for (int at = 54; at < bmp.limit(); at += 2) {
            bmp.put(at, (byte) 255);
        }
        var hasty = new ImageLimits(1_000_000, 1_000_000, Duration.ofNanos(1), ALL);
        assertRefused(bmp.array(), hasty, Reason.TOO_SLOW);
        assertRefused(bmp.array(), LIMITS, Reason.CORRUPT).withMessageContaining("end early");
    }

    @Test
    void decode_jpegCutShort_isCorruptUnlessOnlyTheEndMarkerIsMissing() {
        byte[] jpeg = EncodedPictures.sample("jpeg");
        assertRefused(Arrays.copyOf(jpeg, jpeg.length / 2), LIMITS, Reason.CORRUPT)
                .withMessageContaining("cut short");
        RgbImage whole = Pictures.pack(decode(jpeg));
        assertThat(Pictures.pack(decode(Arrays.copyOf(jpeg, jpeg.length - 2))).data())
                .isEqualTo(whole.data());
    }

    @Test
    void decode_jpegWithManyScans_isCorrupt() {
        byte[] jpeg = EncodedPictures.sample("jpeg");
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
        for (int i = 0; i < 101; i++) {
            jpeg = Arrays.copyOf(jpeg, jpeg.length + scan.length);
            System.arraycopy(scan, 0, jpeg, jpeg.length - scan.length - 2, scan.length);
        }
        assertRefused(jpeg, LIMITS, Reason.CORRUPT).withMessageContaining("more than 100 scans");
    }

    @Test
    void decode_jpegWithSegmentsOfOthers_isTheSamePicture() {
        byte[] jpeg = EncodedPictures.sample("jpeg");
        byte[] profile = "ICC_PROFILE\0 not a profile".getBytes(StandardCharsets.US_ASCII);
        byte[] more =
                EncodedPictures.withSegment(EncodedPictures.withSegment(jpeg, 0xE2, profile), 0xFE, new byte[60_000]);
        assertThat(Pictures.pack(decode(more)).data())
                .isEqualTo(Pictures.pack(decode(jpeg)).data());
    }

    private static RgbImage decode(byte[] bytes) {
        return new ImageDecoder(LIMITS).decode(bytes);
    }

    private static int color(RgbImage image, int x, int y) {
        return (Pictures.sample(image, x, y, 0) << 16)
                | (Pictures.sample(image, x, y, 1) << 8)
                | Pictures.sample(image, x, y, 2);
    }

    private static ThrowableAssertAlternative<InvalidImageException> assertRefused(
            byte[] bytes, ImageLimits limits, Reason reason) {
        return assertThatExceptionOfType(InvalidImageException.class)
                .isThrownBy(() -> new ImageDecoder(limits).decode(bytes))
                .matches(refusal -> refusal.reason() == reason, "reason " + reason);
    }
}
