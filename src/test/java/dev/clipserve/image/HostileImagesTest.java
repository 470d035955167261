package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
import dev.clipserve.image.InvalidImageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Broken, misleading and greedy files: each is a picture or a refusal for the right reason, in little time and memory.
 */
final class HostileImagesTest {

    private static final ImageDecoder DECODER = new ImageDecoder(
            new ImageLimits(20_000_000, 25_000_000, Duration.ofSeconds(30), EnumSet.allOf(ImageFormat.class)));

    @TestFactory
    Stream<DynamicTest> decode_hostileFile_hasTheExpectedOutcome() throws IOException {
        Path golden = SharedData.folder("golden");
        List<String> lines = Files.readAllLines(golden.resolve("hostile.jsonl"));
        assertThat(lines).hasSizeGreaterThanOrEqualTo(128);
        return lines.stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .map(row -> DynamicTest.dynamicTest(
                        row.path("file").asString() + " "
                                + row.path("pad_to_bytes").asString(""),
                        () -> verify(golden, row)));
    }

    private static void verify(Path golden, JsonNode row) throws IOException {
        byte[] file = Files.readAllBytes(golden.resolve(row.path("file").asString()));
        byte[] bytes = Arrays.copyOf(file, row.path("pad_to_bytes").asInt(file.length));
        boolean accepted = row.path("expected").asString().equals("accept");
        boolean either = row.path("either").asBoolean();
        try {
            RgbImage image = DECODER.decode(bytes);
            assertThat(accepted || either).as("accepted").isTrue();
            assertThat(image.width()).isPositive();
        } catch (InvalidImageException refusal) {
            assertThat(accepted && !either)
                    .as("refused: %s", refusal.getMessage())
                    .isFalse();
            if (!accepted && !either) {
                assertThat(refusal.reason()).as(refusal.getMessage()).isIn(reasons(row));
            }
            System.out.println(row.path("file").asString() + " -> " + refusal.reason() + " " + refusal.getMessage());
        }
    }

    private static EnumSet<Reason> reasons(JsonNode row) {
        String reason = row.path("reason_class").asString();
        EnumSet<Reason> right = EnumSet.of(
                reason.equals("too_large") ? Reason.TOO_MANY_BYTES : Reason.valueOf(reason.toUpperCase(Locale.ROOT)));
        if (row.path("note").asString().contains("corrupt is right as well")) {
            right.add(Reason.CORRUPT);
        }
        return right;
    }
}
