package dev.clipserve.hub;

import static dev.clipserve.hub.HubFixture.LIMITS;
import static dev.clipserve.hub.HubFixture.TEXT;
import static dev.clipserve.hub.HubFixture.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls from a hub that is broken, slow, away or hostile: a model is there wholly, or not at all. */
class PullFaultTest {

    private static final HubLimits IMPATIENT = patientFor(Duration.ofMillis(300));

    @TempDir
    private Path folder;

    private HubFixture fixture;

    private static HubLimits patientFor(Duration silence) {
        return new HubLimits(1 << 20, 20, 1 << 30, 2, 3, Duration.ofSeconds(30), silence, Duration.ofMinutes(5));
    }

    @BeforeEach
    void open() throws IOException {
        fixture = new HubFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void assertWhole(PulledModel pulled) {
        assertThat(pulled.folder().resolve(VISION)).hasBinaryContent(fixture.content(VISION));
        assertThat(fixture.hub().fault(pulled)).isEmpty();
        assertThat(fixture.notes.done()).isEqualTo(fixture.notes.total);
    }

    private List<String> ranges(String file) {
        String blob = "/blobs/" + FakeHub.sha256(fixture.content(file));
        return fixture.server.requests().stream()
                .filter(request -> request.path().equals(blob))
                .map(request -> String.valueOf(request.headers().getFirst("Range")))
                .toList();
    }

    @Test
    void pull_connectionCutInTheMiddle_goesOnFromThere() {
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time == 1) {
                FakeHub.cut(exchange, content, 100_000);
            }
            return time == 1;
        });

        assertWhole(fixture.pull());

        assertThat(ranges(VISION)).hasSize(2).first().isEqualTo("null");
        // What was on its way when the connection ended may be lost.
        assertThat(Integer.parseInt(ranges(VISION).getLast().replaceAll("bytes=|-", "")))
                .isBetween(1, 100_000);
        assertThat(fixture.pauses).containsExactly(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pull_runThatWasCutOff_isGoneOnWithByTheNext(boolean ownBundle) throws IOException {
        if (ownBundle) {
            fixture.server.put(
                    "bundle.json", "{\"name\":\"own\",\"logit_scale\":7}".getBytes(StandardCharsets.US_ASCII));
        }
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time == 1) {
                FakeHub.cut(exchange, content, 100_000);
            } else if (time <= 4) {
                exchange.close();
            }
            return time <= 4;
        });
        fixture.assertFails(fixture::pull, Reason.AWAY, "The hub does not give " + VISION);
        assertThat(fixture.kept()).anyMatch(file -> file.endsWith(VISION + ".incomplete"));

        assertWhole(fixture.pull());

        assertThat(ranges(VISION).getLast()).startsWith("bytes=");
        assertThat(fixture.server.downloads().stream()
                        .filter(request -> request.path().endsWith("/config.json")))
                .hasSize(1);
    }

    @Test
    void pull_tooManyRequests_waitsAsLongAsTheHubAsks() {
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time == 1) {
                exchange.getResponseHeaders().set("Retry-After", "17");
                FakeHub.send(exchange, 429, new byte[0]);
            }
            return time == 1;
        });

        assertWhole(fixture.pull());

        assertThat(fixture.pauses).containsExactly(Duration.ofSeconds(17));
    }

    @Test
    void pull_retryAfterOfADay_isNotWaitedFor() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            exchange.getResponseHeaders().set("Retry-After", "86400");
            FakeHub.send(exchange, 429, new byte[0]);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, "status 429", "left alone for 86400 seconds");

        assertThat(fixture.pauses).isEmpty();
    }

    @Test
    void pull_serverErrors_areTriedAgainEachTimeAfterTwiceAsLong() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.send(exchange, 503, new byte[0]);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, "what is in hf:owner/model", "status 503");

        assertThat(fixture.pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void pull_wrongBytes_areRemovedAndNoModelIsThere() throws IOException {
        fixture.server.when(VISION, (exchange, content, time) -> {
            byte[] wrong = content.clone();
            wrong[250_000] ^= 1;
            FakeHub.send(exchange, 200, wrong);
            return true;
        });

        fixture.assertFails(
                fixture::pull,
                Reason.DAMAGED,
                VISION,
                "its checksum is not " + FakeHub.sha256(fixture.content(VISION)));

        assertThat(fixture.kept()).noneMatch(file -> file.contains("vision"));
        assertThat(ranges(VISION)).hasSize(1);
    }

    @Test
    void pull_wrongBytesInPieces_areFetchedAnewOnceAndNoMore() throws IOException {
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time > 4) {
                // Whoever asks once more gets what is listed, and does not fail.
                return false;
            }
            byte[] wrong = content.clone();
            wrong[250_000] ^= 1;
            if (time % 2 == 1) {
                FakeHub.cut(exchange, wrong, 100_000);
            } else {
                FakeHub.ranged(exchange, wrong);
            }
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.DAMAGED, VISION, "its checksum is not ");

        assertThat(ranges(VISION)).hasSize(4);
        assertThat(fixture.notes.lines)
                .filteredOn(line -> line.endsWith("it is fetched anew."))
                .singleElement()
                .asString()
                .startsWith(VISION + " of hf:owner/model came in pieces");
        assertThat(fixture.kept()).noneMatch(file -> file.contains("vision"));
    }

    @Test
    void pull_wrongBytesOfASmallFile_areFoundByGitsId() throws IOException {
        fixture.server.when("config.json", (exchange, content, time) -> {
            byte[] wrong = content.clone();
            wrong[wrong.length - 2] = ' ';
            FakeHub.send(exchange, 200, wrong);
            return true;
        });

        fixture.assertFails(
                fixture::pull, Reason.DAMAGED, "config.json", FakeHub.gitBlob(fixture.content("config.json")));
    }

    @Test
    void pull_leftoverThatWasSpoilt_isFetchedAnew() throws IOException {
        Path staging = fixture.cache().resolve("owner--model/.unfinished/" + FakeHub.COMMIT + "-fp32/onnx");
        Files.createDirectories(staging);
        Files.write(staging.resolve("vision_model.onnx.incomplete"), new byte[150_000]);
        Files.write(staging.resolve("text_model.onnx"), new byte[200_000]);
        Files.write(staging.resolve("stray.onnx"), new byte[10]);

        PulledModel pulled = fixture.pull();

        assertWhole(pulled);
        assertThat(ranges(VISION)).containsExactly("bytes=150000-", "null");
        assertThat(ranges(TEXT)).containsExactly("null");
        assertThat(pulled.folder().resolve("onnx/stray.onnx")).doesNotExist();
    }

    @Test
    void pull_resumedByAStoreWithoutRanges_startsAgain() {
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time == 1) {
                FakeHub.cut(exchange, content, 100_000);
            } else {
                FakeHub.send(exchange, 200, content);
            }
            return true;
        });

        assertWhole(fixture.pull());
    }

    @Test
    void pull_resumedByAStoreThatSendsAnotherPart_startsAgain() {
        fixture.server.when(VISION, (exchange, content, time) -> {
            if (time == 1) {
                FakeHub.cut(exchange, content, 100_000);
            } else if (time == 2) {
                exchange.getResponseHeaders().set("Content-Range", "bytes 5-" + (content.length - 1) + "/*");
                FakeHub.send(exchange, 206, Arrays.copyOfRange(content, 5, content.length));
            }
            return time <= 2;
        });

        assertWhole(fixture.pull());

        assertThat(ranges(VISION)).hasSize(3).last().isEqualTo("null");
    }

    @Test
    void pull_bodyThatIsTooShort_isGivenUpAfterAllAttempts() throws IOException {
        fixture.server.when(VISION, (exchange, content, time) -> {
            FakeHub.ranged(exchange, Arrays.copyOf(content, 150_000));
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, VISION);

        assertThat(fixture.pauses).hasSize(LIMITS.attempts() - 1);
    }

    @Test
    void pull_bodyWithoutEnd_isReadNoFurtherThanItsSize() throws IOException {
        fixture.server.when(VISION, (exchange, content, time) -> {
            FakeHub.endless(exchange);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.DAMAGED, VISION);

        assertThat(fixture.kept()).noneMatch(file -> file.contains("vision"));
    }

    @Test
    void pull_listWithoutEnd_isReadNoFurtherThanAllowed() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.endless(exchange);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.TOO_LARGE, "more than 1048576 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.txt",
                "/etc/evil.txt",
                "onnx/../../evil.txt",
                "a\\\\b",
                ".hidden",
                "a//b",
                "nul\\u0000",
                "x.incomplete"
            })
    void pull_hostileNameOfAFile_isRefused(String name) throws IOException {
        String plain = name.replace("\\\\", "\\").replace("\\u0000", "\0");
        fixture.server.put(plain, new byte[10]);
        fixture.server.put(
                "bundle.json",
                ("{\"name\":\"x\",\"logit_scale\":1,\"sha256\":{\"" + name + "\":\"00\"}}")
                        .getBytes(StandardCharsets.US_ASCII));

        fixture.assertFails(fixture::pull, Reason.UNUSABLE, "is no name that a file may have here");

        assertThat(folder.resolve("evil.txt")).doesNotExist();
        assertThat(fixture.kept()).noneMatch(file -> file.contains("evil") || file.contains("hidden"));
    }

    @Test
    void pull_hostileNamesThatNobodyWants_areNoneOfItsBusiness() {
        fixture.server.put("../evil.txt", new byte[10]);
        fixture.server.put(VISION + "/../../../evil", new byte[10]);

        assertWhole(fixture.pull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | RepoNotFound | Repository not found | DENIED | has no hf:owner/model, or does not show it",
                "401 | GatedRepo | Access is restricted | DENIED | hf:owner/model is gated",
                "403 | GatedRepo | Not in the authorized list | DENIED | does not give hf:owner/model",
                "404 | RepoNotFound | Repository not found | NOT_FOUND | has no hf:owner/model",
                "410 | Gone | Gone away | AWAY | with status 410"
            })
    void pull_refusal_saysWhatToDo(int status, String code, String message, Reason reason, String words)
            throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.refuse(exchange, status, code, message);
            return true;
        });

        HubException fault = fixture.assertFails(fixture::pull, reason, words);

        if (status < 404) {
            assertThat(fault.remedy()).contains("HF_TOKEN");
        }
        assertThat(fixture.pauses).isEmpty();
    }

    @Test
    void pull_tokenThatTheHubDoesNotKnow_isNotQuoted() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.refuse(exchange, 401, "", "Invalid credentials in Authorization header");
            return true;
        });

        HubException fault = fixture.assertFails(
                () -> fixture.pull(fixture.hub(LIMITS, "hf_secret", false)), Reason.DENIED, "does not know the token");

        assertThat(fault.getMessage() + fault.remedy()).doesNotContain("secret");
    }

    @Test
    void pull_revisionThatIsNotThere_isNamed() throws IOException {
        fixture.assertFails(
                () -> fixture.hub()
                        .pull(HubName.parse("owner/model@v9"), PullOptions.of(Precision.FP32), fixture.notes),
                Reason.NOT_FOUND,
                "owner/model at localhost has no revision 'v9'");
    }

    @Test
    void pull_redirectsWithoutEnd_areGivenUp() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestURI().toString());
            FakeHub.send(exchange, 307, new byte[0]);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, "more than 5 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://user:word@localhost/", "http:///nohost", "::"})
    void pull_redirectToSomethingElse_isNotFollowed(String location) throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            exchange.getResponseHeaders().set("Location", location);
            FakeHub.send(exchange, 302, new byte[0]);
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, "leads to an address that is not followed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "[]", "{}", "{\"sha\":\"main\",\"siblings\":[]}"})
    void pull_answerOfSomethingElse_isNoHub(String body) throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.send(exchange, 200, body.getBytes(StandardCharsets.US_ASCII));
            return true;
        });

        fixture.assertFails(fixture::pull, Reason.AWAY, "no answer of a hub");
    }

    @Test
    void pull_hubThatSendsNothing_isGivenUp() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            fixture.server.hang();
            return true;
        });

        fixture.assertFails(
                () -> fixture.pull(fixture.hub(IMPATIENT, "", false)), Reason.AWAY, "it sent nothing for too long");
    }

    /** All of it takes longer than the hub may be silent, but no part does, not even on a machine that stalls. */
    @Test
    void pull_slowHub_isWaitedFor() {
        fixture.server.when("config.json", (exchange, content, time) -> {
            // 169 parts in more than four seconds.
            fixture.server.drip(exchange, content, content.length / 2);
            return true;
        });

        assertWhole(fixture.pull(fixture.hub(patientFor(Duration.ofSeconds(3)), "", false)));
    }

    @Test
    void pull_hubIsAway_saysSo() throws IOException {
        String nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://localhost:" + socket.getLocalPort();
        }

        fixture.assertFails(
                () -> fixture.pull(fixture.hub(nobody, LIMITS, "", false)), Reason.AWAY, "it takes no connection");
    }

    @Test
    void pull_moreThanTheDiskHas_isRefusedBeforeItBegins() throws IOException {
        fixture.server.when("", (exchange, content, time) -> {
            String list = new String(content, StandardCharsets.UTF_8).replace(":300000", ":900000000000000000");
            FakeHub.send(exchange, 200, list.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        var large = new HubLimits(
                1 << 20, 20, Long.MAX_VALUE / 2, 2, 3, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO);

        fixture.assertFails(
                () -> fixture.pull(fixture.hub(large, "", false)), Reason.TOO_LARGE, "needs 900 PB more in ");
        fixture.assertFails(fixture::pull, Reason.TOO_LARGE, "is larger than 1.07 GB");

        assertThat(fixture.server.downloads()).isEmpty();
    }

    @Test
    void pull_cacheThatCannotBeWritten_namesIt() throws IOException {
        Files.writeString(fixture.cache(), "a file");

        HubException fault = catchThrowableOfType(HubException.class, fixture::pull);

        assertThat(fault.reason()).isEqualTo(Reason.STORAGE);
        assertThat(fault).hasMessageContaining(fixture.cache().toString());
        assertThat(fault.remedy()).contains("CLIPSERVE_HOME");
    }
}
