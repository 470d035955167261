package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
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

/** Decoded pixels equal to the bit to Pillow's, but for what was decided otherwise. */
final class GoldenDecodingTest {

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(20_000_000, 50_000_000, Duration.ofSeconds(20), EnumSet.allOf(ImageFormat.class)));

    /** Full-range 16-bit gray is kept, where Pillow clips it to white: docs/image-policy.md. */
    private static final Set<String> DECIDED_OTHERWISE = Set.of(
            "images/png_gray_16bit.png",
            "images/png_gray_16bit_full.png",
            "images/png_interlaced_gray_16bit.png",
            "images/tiff_gray_16bit.tif");

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
        boolean equal = sha256(Pictures.pack(image).data())
                .equals(row.at("/decoded/sha256").asString());
        assertThat(equal).isEqualTo(!DECIDED_OTHERWISE.contains(file));
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
