package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.fuzz.Allocation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Our decoder of sequential JPEGs against the JDK's libjpeg: equal to the bit. */
final class JpegDecodingTest {

    private static final String METADATA = "javax_imageio_jpeg_image_1.0";
    private static final TimeLimit NO_HURRY = new TimeLimit(Duration.ofDays(1));

    /**
     * A picture to encode.
     *
     * @param sampling luma's factors, as 10 × horizontal + vertical; 0 for a gray picture
     * @param restart minimum coded units between restarts; 0 for none
     */
    record Kind(int width, int height, int sampling, int percent, int restart) {}

    /* 4:4:0 (12) is missing: libjpeg 6b only repeats its chroma. */
    @Provide
    static Arbitrary<Kind> kinds() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 90),
                        Arbitraries.integers().between(1, 90),
                        Arbitraries.of(0, 11, 21, 22),
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.of(0, 0, 1, 3))
                .as(Kind::new);
    }

    @Property(tries = 400)
    void decode_anyPicture_equalsLibjpeg(@ForAll("kinds") Kind kind) throws IOException {
        JpegImage jpeg = JpegImage.open(encoded(kind));

        RgbImage image = baseline(jpeg, Window.whole(kind.width, kind.height));

        assertThat(Pictures.pack(image).data())
                .isEqualTo(Pictures.pack(jpeg.decodeByJdk(NO_HURRY)).data());
    }

    @Property(tries = 400)
    void decode_window_equalsThatPartOfTheWhole(
            @ForAll("kinds") Kind kind,
            @ForAll @IntRange(max = 89) int left,
            @ForAll @IntRange(max = 89) int top,
            @ForAll @IntRange(min = 1, max = 40) int size)
            throws IOException {
        JpegImage jpeg = JpegImage.open(encoded(kind));
        var window = new Window(
                left % kind.width,
                top % kind.height,
                Math.min(left % kind.width + size, kind.width),
                Math.min(top % kind.height + size, kind.height));

        RgbImage part = baseline(jpeg, window);

        RgbImage whole = baseline(jpeg, Window.whole(kind.width, kind.height));
        for (int y = window.top(); y < window.bottom(); y++) {
            for (int x = window.left(); x < window.right(); x++) {
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(Pictures.sample(part, x, y, channel)).isEqualTo(Pictures.sample(whole, x, y, channel));
                }
            }
        }
    }

    /* What is damaged is left to libjpeg; what is not noticed has to come out as there. */
    @Property(tries = 400)
    void decode_changedByte_isRefusedOrEqualsLibjpeg(@ForAll("kinds") Kind kind, @ForAll Random random)
            throws IOException {
        byte[] bytes = encoded(kind);
        int scan = lastMarker(bytes, 0xDA);
        int data = scan + 4 + 2 * (kind.sampling == 0 ? 1 : 3) + 4;
        bytes[data + random.nextInt(bytes.length - 2 - data)] = (byte) random.nextInt(255);
        JpegImage jpeg = JpegImage.open(bytes);
        RgbImage image;
        try {
            image = baseline(jpeg, Window.whole(kind.width, kind.height));
        } catch (CorruptImageException refused) {
            return;
        }
        assertThat(Pictures.pack(image).data())
                .isEqualTo(Pictures.pack(jpeg.decodeByJdk(NO_HURRY)).data());
    }

    @Test
    void decode_scanCutShort_isRefused() throws IOException {
        byte[] bytes = encoded(new Kind(40, 40, 22, 80, 0));
        JpegImage jpeg = JpegImage.open(Arrays.copyOf(bytes, bytes.length - 40));
        assertThatThrownBy(() -> baseline(jpeg, Window.whole(40, 40)))
                .isInstanceOf(CorruptImageException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void scanData_moreRestartsThanAreOfUse_takeNoMoreMemoryThanTheFile() {
        ByteBuffer file = ByteBuffer.allocate(1 << 17);
        for (int i = 0; i < file.limit() / 2; i++) {
            file.putShort(2 * i, (short) (0xFFD0 | (i & 7)));
        }
        JpegScanData data = Allocation.within(file.limit() + (1 << 12), () -> new JpegScanData(file, 0, 3));
        assertThat(data.intervals()).isEqualTo((1 << 16) + 1);
        assertThat(data.end(2)).isZero();
    }

    /* Memory is reserved for two components of half the density. */
    @Test
    void isPlain_allOfHalfTheDensity_isNot() {
        byte[] segment = {8, 0, 16, 0, 16, 3, 1, 0x21, 0, 2, 0x12, 0, 3, 0x12, 0};
        assertThat(JpegFrame.read(ByteBuffer.wrap(segment)).isPlain()).isFalse();
        segment[7] = 0x22;
        assertThat(JpegFrame.read(ByteBuffer.wrap(segment)).isPlain()).isTrue();
    }

    /* Units of 24 pixels: 72 for 64; of a progressive one, samples and coefficients. */
    @Test
    void decodeBytes_samplingByThirds_countsWholeUnits() throws IOException {
        ByteBuffer jpeg = ByteBuffer.allocate(2 + 2 + 2 + 15 + 2 + 2 + 10);
        jpeg.putInt(0xFFD8FFC2).putShort((short) 17);
        jpeg.put(new byte[] {8, 0, 64, 0, 64, 3, 1, 0x33, 0, 2, 0x33, 0, 3, 0x33, 0});
        jpeg.putShort((short) 0xFFDA).putShort((short) 12).put((byte) 3);
        assertThat(JpegImage.open(jpeg.array()).decodeBytes()).isGreaterThan(72 * 72 * 9);
    }

    @Test
    void decode_progressive_isRefused() throws IOException {
        BufferedImage picture = EncodedPictures.pattern(20, 20, BufferedImage.TYPE_INT_RGB);
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        var out = new ByteArrayOutputStream();
        try (var stream = Objects.requireNonNull(ImageIO.createImageOutputStream(out))) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        }
        JpegImage jpeg = JpegImage.open(out.toByteArray());
        assertThat(jpeg.header().isBaseline()).isFalse();
        assertThatThrownBy(() -> baseline(jpeg, Window.whole(20, 20))).isInstanceOf(CorruptImageException.class);
    }

    /* Pillow 13.0.0's green samples in the middle column of 3 × 20 pixels whose chroma has half the rows. */
    @Test
    void decode_halfTheRowsOfChroma_equalsPillow() throws IOException {
        byte[] bytes = Base64.getDecoder()
                .decode(
                        "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1R"
                                + "V19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
                                + "Y2NjY2NjY2NjY2NjY2P/wAARCAAUAAMDARIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAA"
                                + "AgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6"
                                + "Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXG"
                                + "x8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREA"
                                + "AgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5"
                                + "OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPE"
                                + "xcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCKWC7aTdHbqVYA/IhI6dqnRN8atC160ZAI"
                                + "KMcfh8h4q+aS0f8AX5ijGpFcsdV8/wDPpsQ3BiSd91ukjMd7Mzvkk8k8MB1NFcNevVhUcYyaXqcEJNxTbP/Z");

        RgbImage image = baseline(JpegImage.open(bytes), Window.whole(3, 20));

        int[] greens =
                IntStream.range(0, 20).map(y -> Pictures.sample(image, 1, y, 1)).toArray();
        assertThat(greens)
                .containsExactly(
                        87, 144, 198, 158, 148, 193, 215, 215, 149, 56, 57, 163, 139, 145, 105, 151, 44, 56, 163, 204);
    }

    private static RgbImage baseline(JpegImage jpeg, Window window) throws IOException {
        boolean ycc = jpeg.header().color() == JpegHeader.Color.YCC;
        return BaselineJpeg.decode(jpeg.bytes(), ycc, window, NO_HURRY);
    }

    private static int lastMarker(byte[] bytes, int code) {
        int at = bytes.length - 2;
        while (bytes[at] != (byte) 0xFF || (bytes[at + 1] & 0xFF) != code) {
            at--;
        }
        return at;
    }

    static byte[] encoded(Kind kind) throws IOException {
        int type = kind.sampling == 0 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        BufferedImage picture = new BufferedImage(kind.width, kind.height, type);
        Random random = new Random(kind.hashCode());
        for (int y = 0; y < kind.height; y++) {
            for (int x = 0; x < kind.width; x++) {
                int waves = (int) (100 * Math.sin(x / 7.0) * Math.cos(y / 5.0)) + 128;
                picture.setRGB(x, y, ((waves << 16) | ((3 * x) << 8) | (2 * y)) ^ (random.nextInt() & 0x3F1F7F));
            }
        }
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(kind.percent / 100f);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), parameters);
        adjust(metadata, kind);
        var out = new ByteArrayOutputStream();
        try (var stream = Objects.requireNonNull(ImageIO.createImageOutputStream(out))) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture, null, metadata), parameters);
        }
        writer.dispose();
        return out.toByteArray();
    }

    private static void adjust(IIOMetadata metadata, Kind kind) throws IOException {
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(METADATA);
        if (kind.sampling > 0) {
            var luma =
                    (IIOMetadataNode) root.getElementsByTagName("componentSpec").item(0);
            luma.setAttribute("HsamplingFactor", String.valueOf(kind.sampling / 10));
            luma.setAttribute("VsamplingFactor", String.valueOf(kind.sampling % 10));
        }
        if (kind.restart > 0) {
            var interval = new IIOMetadataNode("dri");
            interval.setAttribute("interval", String.valueOf(kind.restart));
            root.getElementsByTagName("markerSequence")
                    .item(0)
                    .insertBefore(interval, root.getElementsByTagName("sof").item(0));
        }
        metadata.setFromTree(METADATA, root);
    }
}
