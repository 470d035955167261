package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.api.CanaryHealth;
import dev.clipserve.clip.Precision;
import dev.clipserve.image.ImageFormat;
import dev.clipserve.onnx.ExecutionProvider.Arithmetic;
import dev.clipserve.zeroshot.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.unit.DataSize;

/** The service as it starts, and as it refuses to. */
@ExtendWith(OutputCaptureExtension.class)
class StartupTest {

    @TempDir
    private Path folder;

    private static ConfigurableApplicationContext start(String... arguments) {
        String[] all = Stream.concat(Stream.of("--server.port=0"), Stream.of(arguments))
                .toArray(String[]::new);
        return SpringApplication.run(ClipServeApplication.class, all);
    }

    @Test
    void start_bundleMissing_explainsItselfWithoutAStackTrace(CapturedOutput output) {
        assertThatThrownBy(() -> start("--clipserve.model.path=" + folder.resolve("none")));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("none: bundle.json is missing")
                .contains("--clipserve.model.path=FOLDER")
                .doesNotContain("\tat dev.clipserve");
    }

    @Test
    void start_settingOutOfRange_namesTheProperty(CapturedOutput output) {
        assertThatThrownBy(() -> start("--clipserve.limits.max-images=0"));

        assertThat(output).contains("clipserve.limits.maxImages").contains("must be greater than or equal to 1");
    }

    @ParameterizedTest
    @CsvSource({
        "--clipserve.label-cache.max-size=-1KB, labelCache.maxSize, must be from 0B to 1TB",
        "--clipserve.image-cache.max-size=-1B, imageCache.maxSize, must be from 0B to 1TB",
        "--clipserve.label-sets.max-memory=-1MB, labelSets.maxMemory, must be from 0B to 1TB",
        "--clipserve.model.device-memory=-1GB, model.deviceMemory, must be from 0B to 1TB",
        "--clipserve.image.max-size=0, image.maxSize, must be from 1B to 1TB",
        "--clipserve.batching.max-waiting-size=0, batching.maxWaitingSize, must be from 1B to 1TB",
        "--clipserve.models.a.batching.max-waiting-size=0, batching.maxWaitingSize, must be from 1B to 1TB",
        "--clipserve.limits.max-body-size=-1, limits.maxBodySize, must be from 1B to 1TB",
        "--clipserve.limits.max-body-size=9223372036854775807, limits.maxBodySize, must be from 1B to 1TB",
        "--clipserve.limits.max-time=200000d, limits.maxTime, must be shorter than"
    })
    void start_sizeOrTimeOutOfRange_namesTheProperty(
            String argument, String property, String words, CapturedOutput output) {
        assertThatThrownBy(() -> start(argument));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains(property)
                .contains(words)
                .doesNotContain("\tat dev.clipserve");
    }

    @ParameterizedTest
    @CsvSource({"cuda, CUDA on device 1", "tensorrt, TensorRT on device 1"})
    void start_gpuThatIsNotThere_saysWhatWasAskedAndWhatThereIs(String provider, String wanted, CapturedOutput output) {
        assertThatThrownBy(() -> start("--clipserve.model.provider=" + provider, "--clipserve.model.devices=1"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The model was to run by " + wanted + ", but that failed: Cannot load onnx/vision_model.onnx")
                .contains("CPUExecutionProvider")
                .contains("./mvnw -Pcuda")
                .contains("--clipserve.model.provider=cpu")
                .doesNotContain("\tat dev.clipserve");
    }

    @Test
    void start_fp16OfCuda_isRefused(CapturedOutput output) {
        assertThatThrownBy(() -> start("--clipserve.model.provider=cuda", "--clipserve.model.device-math=fp16"));

        assertThat(output).contains("only TensorRT computes in fp16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clipserve.models.a.threads=1 --clipserve.models.b.threads=1 | clipserve.default-model must name one",
                "--clipserve.models.a.threads=1 --clipserve.default-model=b | clipserve.default-model must name one",
                "--clipserve.default-model=b | clipserve.default-model must name one",
                "--clipserve.models.a.threads=1 --clipserve.model.path=x | give each its own path",
                "--clipserve.models.a.threads=-1 | must be greater than or equal to 0",
                "--clipserve.models.a.batching.max-images=-1 | must be greater than or equal to 0",
                "--clipserve.models.a.devices= | size must be between 1 and",
                "--clipserve.models.a.device-math=fp16 | only TensorRT computes in fp16"
            })
    void start_modelsThatContradictEachOther_areRefused(String arguments, String words, CapturedOutput output) {
        assertThatThrownBy(() -> start(arguments.split(" ")));

        assertThat(output).contains("APPLICATION FAILED TO START").contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--clipserve.urls.enabled=true | needs clipserve.urls.allowed-hosts",
                "--clipserve.urls.allowed-hosts=https://example.com | must be a host as images.example.com",
                "--clipserve.urls.max-size=2GB | from 1 byte to 1GB",
                "--clipserve.urls.proxy=proxy.example:3128 | of the form http://host:port",
                "--clipserve.urls.proxy=http://proxy.example:65536 | of the form http://host:port",
                "--clipserve.urls.proxy=http://me:secret@proxy.example:3128 | of the form http://host:port"
            })
    void start_urlsThatCannotBe_areRefused(String argument, String words, CapturedOutput output) {
        assertThatThrownBy(() -> start(argument));

        assertThat(output).contains("APPLICATION FAILED TO START").contains(words);
    }

    @Test
    void start_imagesLargerThanAnyThatIsFetched_fetchesThoseUpToAGigabyte() {
        try (var context = start(
                "--clipserve.urls.enabled=true",
                "--clipserve.urls.allowed-hosts=*",
                "--clipserve.image.max-size=3GB")) {
            var settings = UrlConfiguration.settings(context.getBean(ClipServeProperties.class));

            assertThat(settings.maxBytes()).isEqualTo(1 << 30);
        }
    }

    @Test
    void start_oneNamedModel_isTheDefault() {
        try (var context = start("--clipserve.models.mine.threads=1")) {
            assertThat(context.getBean(Models.class).main().name()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--server.servlet.context-path=/, '; to try it, open that in a browser, or http://localhost:PORT/docs'",
        "--server.servlet.context-path=/a, '/a; to try it, open that in a browser, or http://localhost:PORT/a/docs'",
        "--clipserve.playground.enabled=false, '; its operations are at http://localhost:PORT/docs'"
    })
    void start_whenUp_saysWhereItIs(String argument, String rest, CapturedOutput output) {
        try (var context = start(argument)) {
            String port = Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port"));

            assertThat(output)
                    .contains("with mini-clip listens at http://localhost:" + port + rest.replace("PORT", port));
        }
    }

    @Test
    void start_canaryMissed_isNeverReady(CapturedOutput output) throws IOException {
        BundleCopy.into(folder);
        Path bundle = folder.resolve("bundle.json");
        Files.writeString(bundle, Files.readString(bundle).replaceFirst("\"flower\",", "\"fish\","));

        try (var context = start("--clipserve.model.path=" + folder)) {
            var health = context.getBean(CanaryHealth.class).health();

            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(output).contains("misses its canary's probabilities");
        }
    }

    /** The threads of a model that stays open would keep the process alive, and nobody would start it anew. */
    @Test
    void start_templateWithoutAPlace_closesTheModel() throws IOException {
        BundleCopy.into(folder);
        Path bundle = folder.resolve("bundle.json");
        Files.writeString(bundle, Files.readString(bundle).replace("\"a photo of a {}.\"", "\"a photo\""));
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        assertThatThrownBy(() -> start("--clipserve.model.path=" + folder))
                .rootCause()
                .hasMessageContaining("bundle.json cannot be followed: A template needs {}");

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .extracting(Thread::getName)
                .doesNotContain("image-batcher", "text-batcher");
    }

    @Test
    void start_noCanary_isReadyWithAWarning(CapturedOutput output) throws IOException {
        BundleCopy.into(folder);
        Path bundle = folder.resolve("bundle.json");
        Files.writeString(bundle, Files.readString(bundle).replace("\"canary\"", "\"bird\""));

        try (var context = start("--clipserve.model.path=" + folder)) {
            assertThat(context.getBean(CanaryHealth.class).health().getStatus()).isEqualTo(Status.UP);
            assertThat(output).contains("has no canary");
        }
    }

    @Test
    void start_int8_saysWhatRunsAndAnswersItsOwnCanary(CapturedOutput output) {
        try (var context = start("--clipserve.model.precision=int8")) {
            assertThat(context.getBean(CanaryHealth.class).health().getStatus()).isEqualTo(Status.UP);
            assertThat(output)
                    .contains("mini-clip runs onnx/vision_model_int8.onnx and onnx/text_model.onnx")
                    .containsPattern(
                            "mini-clip is ready after \\d+\\.\\d s: int8 on cpu, images of (\\d+) x \\1 pixels, "
                                    + "dimension 128, digest [0-9a-f]{64}");
        }
    }

    @Test
    void start_precisionThatTheBundleLacks_explainsItself(CapturedOutput output) {
        assertThatThrownBy(() -> start("--clipserve.model.precision=fp16"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("is needed for fp16; there is fp32, int8")
                .doesNotContain("\tat dev.clipserve");
    }

    @Test
    void start_noKeys_warnsOnceThatAllIsOpen(CapturedOutput output) {
        try (var context = start()) {
            assertThat(context.isRunning()).isTrue();
            assertThat(output).containsOnlyOnce("There are no API keys").contains("Set clipserve.access.keys-file");
        }
    }

    @Test
    void start_keyInThePlaceOfItsHash_isRefusedWithoutQuotingIt(CapturedOutput output) {
        assertThatThrownBy(() -> start(
                "--clipserve.access.keys[0].name=web",
                "--clipserve.access.keys[0].scopes=classify",
                "--clipserve.access.keys[0].sha256=a-secret-key"));

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The API keys cannot be used: the SHA-256 of the key has to be 64 hexadecimal digits")
                .doesNotContain("a-secret-key")
                .doesNotContain("\tat dev.clipserve");
    }

    @Test
    void start_brokenFileOfKeys_namesTheLine(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "# all\nweb classify\n");

        assertThatThrownBy(() -> start("--clipserve.access.keys-file=" + file));

        assertThat(output).contains(file + ": line 2: has 2 columns").doesNotContain("\tat dev.clipserve");
    }

    @ParameterizedTest
    @CsvSource({
        "--clipserve.access.cors.allowed-origins=https://a.example/path, must be an origin such as https://example.org",
        "--clipserve.access.max-concurrent=-1, must be greater than or equal to 0",
        "--clipserve.access.rate-limit.period=0, must be longer than or equal to 1 milli",
        "--clipserve.access.rate-limit.requests=1000000001, at most one a nanosecond of the period",
        "--clipserve.access.rate-limit.burst=5, burst needs clipserve.access.rate-limit.requests"
    })
    void start_accessOutOfRange_isRefused(String argument, String words, CapturedOutput output) {
        assertThatThrownBy(() -> start(argument));

        assertThat(output).contains("APPLICATION FAILED TO START").contains(words);
    }

    @Test
    void properties_unset_haveTheDocumentedDefaults() throws IOException {
        try (var context = start()) {
            var properties = context.getBean(ClipServeProperties.class);

            assertThat(properties)
                    .isEqualTo(new ClipServeProperties(
                            new ClipServeProperties.Model(
                                    null,
                                    Precision.FP32,
                                    ClipServeProperties.Provider.CPU,
                                    Set.of(0),
                                    DataSize.ofBytes(0),
                                    Arithmetic.FP32,
                                    System.getProperty("clipserve.model.engine-cache"),
                                    0,
                                    0,
                                    System.getProperty("clipserve.model.graph-cache")),
                            Map.of(),
                            null,
                            new ClipServeProperties.Batching(
                                    0,
                                    0,
                                    Duration.ofMillis(20),
                                    Duration.ofSeconds(15),
                                    256,
                                    20_000,
                                    DataSize.ofMegabytes(64)),
                            new ClipServeProperties.Image(
                                    DataSize.ofMegabytes(20),
                                    32_000_000,
                                    Duration.ofSeconds(5),
                                    Set.of(ImageFormat.values()),
                                    0),
                            new ClipServeProperties.Limits(
                                    DataSize.ofMegabytes(32),
                                    64,
                                    10_000,
                                    2_000,
                                    100,
                                    20_000,
                                    100_000,
                                    Duration.ofSeconds(30),
                                    Duration.ofSeconds(60),
                                    Duration.ofMinutes(3)),
                            new ClipServeProperties.LabelCache(DataSize.ofMegabytes(64)),
                            new ClipServeProperties.ImageCache(DataSize.ofMegabytes(32)),
                            new LabelSetProperties(
                                    LabelSetProperties.Store.FOLDER,
                                    System.getProperty("clipserve.label-sets.folder"),
                                    new LabelSetProperties.Redis("clipserve:"),
                                    null,
                                    1_000,
                                    1_000_000,
                                    DataSize.ofMegabytes(256),
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(1)),
                            new UrlProperties(
                                    false,
                                    false,
                                    List.of(),
                                    null,
                                    Duration.ofSeconds(3),
                                    Duration.ofSeconds(10),
                                    3,
                                    16,
                                    null),
                            new AccessProperties(
                                    null,
                                    List.of(),
                                    Duration.ofSeconds(2),
                                    new AccessProperties.RateLimit(0, Duration.ofSeconds(1), 0),
                                    0,
                                    new AccessProperties.Cors(List.of())),
                            new HubProperties(
                                    "https://huggingface.co",
                                    "",
                                    "false",
                                    System.getProperty("clipserve.hub.cache"),
                                    System.getProperty("clipserve.hub.hugging-face-cache")),
                            new ClipServeProperties.Playground(true),
                            new ClipServeProperties.Canary(Duration.ofMinutes(1), Duration.ofSeconds(5))));
        }
    }
}
