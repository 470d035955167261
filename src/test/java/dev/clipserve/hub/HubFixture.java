package dev.clipserve.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A hub with one small model, and what pulls from it: waits are written down, and take no time. */
final class HubFixture implements AutoCloseable {

    static final HubName MODEL = HubName.parse("hf:owner/model");
    static final String VISION = "onnx/vision_model.onnx";
    static final String TEXT = "onnx/text_model.onnx";

    /** Patient enough for a machine that stalls; tests of what is too much set their own. */
    static final HubLimits LIMITS = new HubLimits(
            1 << 20, 20, 1 << 30, 4, 3, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(5));

    final Map<String, byte[]> files = new HashMap<>();
    final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    final Notes notes = new Notes();
    final FakeHub server;

    private final Path folder;

    /** A hub that keeps what it pulls in a folder. */
    HubFixture(Path folder) throws IOException {
        this.folder = folder;
        for (String file : List.of("config.json", "preprocessor_config.json")) {
            files.put(file, Files.readAllBytes(Path.of("models/mini-clip", file)));
        }
        files.put("tokenizer.json", "{}".getBytes(StandardCharsets.US_ASCII));
        files.put(VISION, noise(1, 300_000));
        files.put(TEXT, noise(2, 200_000));
        server = new FakeHub(MODEL.repository(), files);
    }

    /** Bytes that nobody could guess, and that are always the same. */
    static byte[] noise(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The content of a file, as the hub has it when nothing is wrong. */
    byte[] content(String path) {
        return Objects.requireNonNull(files.get(path), path);
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path huggingFace() {
        return folder.resolve("hugging-face");
    }

    Hub hub() {
        return hub(LIMITS, "", false);
    }

    Hub hub(HubLimits limits, String token, boolean offline) {
        return hub(server.endpoint(), limits, token, offline);
    }

    Hub hub(String endpoint, HubLimits limits, String token, boolean offline) {
        var settings = new HubSettings(
                URI.create(endpoint), AccessToken.of(token), cache(), Optional.of(huggingFace()), offline, limits);
        return new Hub(settings, catalogue(), pauses::add);
    }

    private static Catalogue catalogue() {
        return Catalogue.read(new ByteArrayInputStream("""
                models:
                  - name: known
                    repository: owner/model
                    original: first/model
                    licence: MIT
                    megabytes: 1
                    logit_scale: 50.5
                    logit_bias: -3.25
                    context: 76
                    templates: ["a drawing of a {}."]
                    about: A model
                """.getBytes(StandardCharsets.UTF_8)));
    }

    PulledModel pull() {
        return pull(hub());
    }

    PulledModel pull(Hub hub) {
        return hub.pull(MODEL, PullOptions.of(Precision.FP32), notes);
    }

    /** Holds a pull to failing so, and to leaving nothing that could be taken for a model. */
    HubException assertFails(ThrowingCallable pull, Reason reason, String... words) throws IOException {
        HubException fault = catchThrowableOfType(HubException.class, pull);
        assertThat(fault).isNotNull().hasMessageContainingAll(words);
        assertThat(fault.reason()).as(fault.getMessage()).isEqualTo(reason);
        assertThat(fault.remedy()).endsWith(".");
        assertThat(hub().list()).isEmpty();
        assertThat(cache().resolve("owner--model").resolve(FakeHub.COMMIT)).doesNotExist();
        return fault;
    }

    /** All files below the cache but locks, by their paths. */
    List<String> kept() throws IOException {
        if (!Files.exists(cache())) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(cache())) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> cache().relativize(path).toString())
                    .filter(path -> !path.startsWith(".locks"))
                    .sorted()
                    .toList();
        }
    }

    /** What a pull told. */
    static class Notes implements Progress {

        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        long total;
        private long done;

        @Override
        public synchronized void start(HubName model, long bytes) {
            total = bytes;
            done = 0;
        }

        @Override
        public synchronized void advance(long bytes) {
            done += bytes;
        }

        synchronized long done() {
            return done;
        }

        @Override
        public void note(String line) {
            lines.add(line);
        }

        @Override
        public void end() {}
    }

    @Override
    public void close() {
        server.close();
    }
}
