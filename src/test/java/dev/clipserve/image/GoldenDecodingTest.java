package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
import dev.clipserve.image.Preprocessing.Normalization;
import dev.clipserve.image.Preprocessing.PerChannel;
import dev.clipserve.image.Preprocessing.ShortestEdge;
import dev.clipserve.image.Preprocessing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Decoded pixels against Pillow's: equal to the bit where the format or the decoder allows, else within the stated levels. */
final class GoldenDecodingTest {

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(20_000_000, 50_000_000, Duration.ofSeconds(20), EnumSet.allOf(ImageFormat.class)));

    /** Full-range 16-bit gray is kept, where Pillow clips it to white: docs/image-policy.md. */
    private static final Set<String> DECIDED_OTHERWISE = Set.of(
            "images/png_gray_16bit.png",
            "images/png_gray_16bit_full.png",
            "images/png_interlaced_gray_16bit.png",
            "images/tiff_gray_16bit.tif");

    /** Not asked to be equal: lossy, and decoded by other means than Pillow's. */
    private static final Set<String> WITHIN_TOLERANCE =
            Set.of("images/webp_lossy.webp", "images/webp_lossy_alpha.webp", "images/tiff_jpeg.tif");

    @TestFactory
    Stream<DynamicTest> decode_goldenPicture_equalsPillow() throws IOException {
        Path golden = SharedData.folder("golden");
        return rows(golden, "clip-224").stream()
                .map(row -> DynamicTest.dynamicTest(row.path("image").asString(), () -> verify(golden, row)));
    }

    private static void verify(Path golden, JsonNode row) throws IOException {
        String file = row.path("image").asString();
        RgbImage image = DECODER.decode(Files.readAllBytes(golden.resolve(file)));
        assertThat(image.width()).isEqualTo(row.at("/decoded/width").asInt());
        assertThat(image.height()).isEqualTo(row.at("/decoded/height").asInt());
        boolean equal = sha256(Pictures.pack(image).data()).equals(row.at("/decoded/sha256").asString());
        if (WITHIN_TOLERANCE.contains(file)) {
            verifyLevels(golden, row, image);
        } else {
            assertThat(equal).isEqualTo(!DECIDED_OTHERWISE.contains(file));
        }
    }

    private static void verifyLevels(Path golden, JsonNode row, RgbImage image) throws IOException {
        RgbImage ours = new ImagePreprocessor(clip()).resizeAndCrop(image);
        RgbImage expected =
                DECODER.decode(Files.readAllBytes(golden.resolve(row.path("expected").asString())));
        long sum = 0;
        int most = 0;
        int samples = 3 * ours.width() * ours.height();
        for (int i = 0; i < samples; i++) {
            int x = i / 3 % ours.width();
            int y = i / 3 / ours.width();
            int difference = Math.abs(Pictures.sample(ours, x, y, i % 3) - Pictures.sample(expected, x, y, i % 3));
            sum += difference;
            most = Math.max(most, difference);
        }
        assertThat(most).as("greatest difference in levels").isLessThanOrEqualTo(row.path("max_abs").asInt());
        assertThat((double) sum / samples)
                .as("mean difference in levels")
                .isLessThanOrEqualTo(row.path("mean_abs").asDouble());
    }

    private static Preprocessing clip() {
        var plain = new Normalization(1, new PerChannel(0, 0, 0), new PerChannel(1, 1, 1));
        return new Preprocessing(new ShortestEdge(224), Resample.BICUBIC, new Size(224, 224), plain);
    }

    private static List<JsonNode> rows(Path golden, String configuration) throws IOException {
        return Files.readAllLines(golden.resolve("pixels.jsonl")).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .filter(row -> row.path("config").asString().equals(configuration))
                .toList();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
