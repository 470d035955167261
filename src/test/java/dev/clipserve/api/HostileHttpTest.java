package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every hostile file through the whole service, in a heap of 512 MB: the expected outcome, and the service goes on. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        // A busy machine is not what these files are hostile by.
        properties = "clipserve.image.decode-timeout=5m")
class HostileHttpTest {

    private static final Map<String, ProblemType> TYPES = Map.of(
            "empty", ProblemType.NO_IMAGE,
            "not_an_image", ProblemType.NOT_AN_IMAGE,
            "unsupported_format", ProblemType.UNSUPPORTED_FORMAT,
            "corrupt", ProblemType.CORRUPT_IMAGE,
            "too_many_pixels", ProblemType.TOO_MANY_PIXELS,
            "too_large", ProblemType.BODY_TOO_LARGE);

    /** Fewer than a request's limit of 64 images. */
    private static final int FORM = 30;

    @LocalServerPort
    private int port;

    @AfterEach
    void stillAnswers() {
        assertThat(new ServiceClient(port)
                        .raw(ServiceClient.FLOWER, "labels=sunflower,whale")
                        .probability("sunflower"))
                .isGreaterThan(0.9);
    }

    @TestFactory
    Stream<DynamicTest> classify_hostileFile_getsItsOutcome() throws IOException {
        Path golden = SharedData.folder("golden");
        return rows(golden)
                .map(row -> DynamicTest.dynamicTest(
                        row.path("file").asString() + " " + row.path("bytes").asLong(), () -> verify(golden, row)));
    }

    private static Stream<JsonNode> rows(Path golden) throws IOException {
        List<String> lines = Files.readAllLines(golden.resolve("hostile.jsonl"));
        assertThat(lines).hasSizeGreaterThanOrEqualTo(128);
        return lines.stream().map(line -> JsonMapper.shared().readTree(line));
    }

    /** Many in one form, between two good ones: each is its own result, and none disturbs another's. */
    @Test
    void classify_hostileFilesInForms_leaveTheirNeighboursAlone() throws IOException {
        Path golden = SharedData.folder("golden");
        List<JsonNode> rows = rows(golden)
                .filter(row -> !row.has("pad_to_bytes") && row.path("bytes").asLong() < 1_000_000)
                .toList();
        assertThat(rows).hasSizeGreaterThan(100);
        for (int from = 0; from < rows.size(); from += FORM) {
            verifyForm(golden, rows.subList(from, Math.min(rows.size(), from + FORM)));
        }
    }

    private void verifyForm(Path golden, List<JsonNode> rows) throws IOException {
        Form form = new Form().field("labels", "sunflower,whale").file("image", ServiceClient.FLOWER);
        for (JsonNode row : rows) {
            form.file(
                    "image", Files.readAllBytes(golden.resolve(row.path("file").asString())));
        }
        Answer answer = new ServiceClient(port).form(form.file("image", ServiceClient.FLOWER));

        JsonNode results = answer.json().path("results");
        assertThat(results.size()).isEqualTo(rows.size() + 2);
        assertThat(results.get(0)).isEqualTo(results.get(rows.size() + 1));
        assertThat(results.at("/0/predictions/0/label").asString()).isEqualTo("sunflower");
        for (int i = 0; i < rows.size(); i++) {
            verifyResult(results.get(i + 1), rows.get(i));
        }
    }

    private static void verifyResult(JsonNode result, JsonNode row) {
        String file = row.path("file").asString();
        if (row.path("either").asBoolean()) {
            assertThat(result.at("/error/status").asInt(400)).as(file).isBetween(400, 499);
        } else if (row.path("expected").asString().equals("accept")) {
            assertThat(result.has("predictions")).as("%s: %s", file, result).isTrue();
        } else {
            String reason = row.path("reason_class").asString();
            ProblemType type = reason.equals("empty") ? ProblemType.EMPTY_IMAGE : TYPES.get(reason);
            assertThat(result.has("error")).as("%s: %s", file, result).isTrue();
            if (type != null && row.path("note").asString().isEmpty()) {
                assertThat(result.at("/error/type").asString()).as(file).isEqualTo(type.uri());
            }
        }
    }

    private void verify(Path golden, JsonNode row) throws IOException {
        byte[] file = Files.readAllBytes(golden.resolve(row.path("file").asString()));
        Answer answer =
                new ServiceClient(port).post("application/octet-stream", body(file, row), "labels=sunflower,whale");

        if (row.path("either").asBoolean()) {
            assertThat(answer.status()).isBetween(200, 499);
        } else if (row.path("expected").asString().equals("accept")) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        } else {
            assertRefused(answer, row);
        }
    }

    private static void assertRefused(Answer answer, JsonNode row) {
        ProblemType expected =
                Objects.requireNonNull(TYPES.get(row.path("reason_class").asString()));
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        // A note names another reason that is right as well.
        if (row.path("note").asString().isEmpty()) {
            assertThat(answer.problem()).isEqualTo(expected.slug());
        }
    }

    /** The file, with zero bytes behind it where the row asks for a larger body; those are never in memory at once. */
    private static BodyPublisher body(byte[] file, JsonNode row) {
        if (!row.has("pad_to_bytes")) {
            return BodyPublishers.ofByteArray(file);
        }
        long size = row.path("pad_to_bytes").asLong();
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(
                        () -> new SequenceInputStream(new ByteArrayInputStream(file), new Zeros(size - file.length))),
                size);
    }

    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = (int) Math.min(left, length);
            Arrays.fill(target, offset, offset + count, (byte) 0);
            left -= count;
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
