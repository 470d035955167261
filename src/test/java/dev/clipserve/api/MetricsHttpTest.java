package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.PrometheusText.Family;
import dev.clipserve.api.PrometheusText.Sample;
import dev.clipserve.api.ServiceClient.Form;
import io.micrometer.tracing.Tracer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The meters of a running service after some requests of all kinds, and docs/metrics.md, which tells of them. */
class MetricsHttpTest {

    /** {@code | `name` | type | tags | meaning |} */
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([^|]*)\\| .* \\|");

    /** {@code `model`} or {@code `queue`: image, text} */
    private static final Pattern TAG = Pattern.compile("`(\\w+)`(?:: ([^;]+))?");

    @TempDir
    private static Path folder;

    private static ConfigurableApplicationContext context;
    private static ServiceClient client;

    /** A row of the tables; of tags whose values are not listed the set is empty. */
    private record Documented(String name, String type, Map<String, Set<String>> tags) {}

    @BeforeAll
    static void start() {
        context = new SpringApplication(ClipServeApplication.class)
                .run(
                        "--server.port=0",
                        // What is counted is what the tests ask.
                        "--clipserve.canary.interval=0",
                        "--clipserve.label-sets.folder=" + folder,
                        // Nor is anything still encoded while they count.
                        "--clipserve.label-sets.wait=1h",
                        "--clipserve.urls.enabled=true",
                        "--clipserve.urls.allowed-hosts=localhost");
        client = new ServiceClient(context.getEnvironment().getRequiredProperty("local.server.port", int.class));
        client.raw(ServiceClient.FLOWER, "labels=a,b");
        client.raw(ServiceClient.FLOWER, "labels=a,b");
        client.put("/label-sets/pets", "{\"labels\":[\"cat\",\"dog\"]}");
        client.raw(ServiceClient.FLOWER, "label_set=pets");
        client.json("{\"images\":[{\"url\":\"https://example.org/\"}],\"labels\":[\"a\"]}");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static PrometheusText scrape() {
        return PrometheusText.parse(get("/actuator/prometheus"));
    }

    /** Asks what the contract does not have. */
    private static String get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + client.port() + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path + " cannot be had", e);
        }
    }

    private static Map<String, Documented> documented() throws IOException {
        Map<String, Documented> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), new Documented(row.group(1), row.group(2), tags(row.group(3))));
            }
        }
        return rows;
    }

    private static Map<String, Set<String>> tags(String cell) {
        Map<String, Set<String>> tags = new TreeMap<>();
        Matcher tag = TAG.matcher(cell);
        while (tag.find()) {
            String values = tag.group(2);
            tags.put(
                    tag.group(1),
                    values == null
                            ? Set.of()
                            : Arrays.stream(values.strip().split(", ", -1)).collect(Collectors.toSet()));
        }
        return tags;
    }

    private static boolean isOurs(String name) {
        return name.startsWith("clipserve_") || name.startsWith("cache_") || name.startsWith("process_memory_");
    }

    @Test
    void documentedMeters_afterSomeRequests_areThereAsTheyAreDocumented() throws IOException {
        PrometheusText live = scrape();

        assertThat(documented()).hasSizeGreaterThan(30);
        assertThat(documented().values()).allSatisfy(row -> {
            Family family = live.family(row.name());
            assertThat(family.type()).as(row.name()).isEqualTo(row.type());
            assertThat(family.samples()).as(row.name()).isNotEmpty().allSatisfy(sample -> assertTags(row, sample));
        });
    }

    @Test
    void liveMeters_ofTheService_areDocumented() throws IOException {
        Map<String, Documented> documented = documented();
        PrometheusText live = scrape();

        assertThat(live.families().values())
                .filteredOn(family -> isOurs(family.name()))
                .allSatisfy(family -> {
                    // A maximum is documented with what it is the maximum of.
                    String name = documented.containsKey(family.name())
                            ? family.name()
                            : family.name().replaceFirst("_max$", "");
                    assertThat(documented).containsKey(name);
                    Documented row = Objects.requireNonNull(documented.get(name));
                    assertThat(family.samples()).allSatisfy(sample -> assertTags(row, sample));
                });
    }

    private static void assertTags(Documented row, Sample sample) {
        Set<String> keys = new TreeSet<>(sample.tags().keySet());
        keys.remove("le");
        assertThat(keys).as(sample.toString()).isEqualTo(row.tags().keySet());
        row.tags().forEach((key, values) -> {
            if (!values.isEmpty()) {
                assertThat(values).as(sample.toString()).contains(sample.tags().get(key));
            }
        });
    }

    @Test
    void histograms_haveTheSameBuckets_fromAQuarterOfAMillisecondToHalfAMinute() {
        assertThat(scrape().families().values())
                .filteredOn(family -> family.type().equals("histogram"))
                .hasSizeGreaterThanOrEqualTo(7)
                .allSatisfy(family -> assertThat(bounds(family))
                        .containsExactly(
                                0.00025,
                                0.0005,
                                0.001,
                                0.0025,
                                0.005,
                                0.01,
                                0.025,
                                0.05,
                                0.1,
                                0.25,
                                0.5,
                                1.0,
                                2.5,
                                5.0,
                                10.0,
                                30.0,
                                Double.POSITIVE_INFINITY));
    }

    private static List<Double> bounds(Family histogram) {
        return histogram.samples().stream()
                .filter(sample -> sample.tags().containsKey("le"))
                .map(sample -> number(sample.tags().get("le")))
                .distinct()
                .sorted()
                .toList();
    }

    private static double number(String bound) {
        return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
    }

    @Test
    void stages_ofARequest_areTimedOnceEach() throws IOException {
        PrometheusText before = scrape();
        client.raw(blackJpeg(), "labels=seen-by-nobody,so-far");
        PrometheusText after = scrape();

        for (String stage : List.of(
                "clipserve_image_decode_seconds_count",
                "clipserve_image_preprocess_seconds_count",
                "clipserve_text_tokenize_seconds_count",
                "clipserve_text_encode_seconds_count",
                "clipserve_score_seconds_count")) {
            assertThat(after.sum(stage) - before.sum(stage)).as(stage).isEqualTo(1);
        }
        assertThat(after.sum("clipserve_image_decode_seconds_count", "format", "jpeg")
                        - before.sum("clipserve_image_decode_seconds_count", "format", "jpeg"))
                .isEqualTo(1);
    }

    private static byte[] blackJpeg() throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
        return bytes.toByteArray();
    }

    @Test
    void refusals_areCountedByReason_whoeverWordsThem() {
        PrometheusText before = scrape();
        // In the words of problem details, of OpenAI, and of Tomcat.
        client.raw(ServiceClient.FLOWER, "labels=a,a");
        client.json("/v1/embeddings", "{\"model\":\"nobody\",\"input\":\"a\"}");
        new RawExchange(client.port()).send("GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n");
        PrometheusText after = scrape();

        assertThat(refused(after, "invalid-labels", "400") - refused(before, "invalid-labels", "400"))
                .isEqualTo(1);
        assertThat(refused(after, "unknown-model", "404") - refused(before, "unknown-model", "404"))
                .isEqualTo(1);
        assertThat(refused(after, "invalid-request", "400") - refused(before, "invalid-request", "400"))
                .isEqualTo(1);
    }

    private static double refused(PrometheusText metrics, String reason, String status) {
        return metrics.sum("clipserve_requests_refused_requests_total", "reason", reason, "status", status);
    }

    @Test
    void brokenImage_amongGoodOnes_isARefusedImageButNoRefusedRequest() {
        PrometheusText before = scrape();
        var answer = client.form(new Form()
                .field("labels", "a")
                .file("image", ServiceClient.FLOWER)
                .file("image", new byte[] {1, 2, 3}));
        PrometheusText after = scrape();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(after.sum("clipserve_images_refused_images_total", "reason", "not-an-image")
                        - before.sum("clipserve_images_refused_images_total", "reason", "not-an-image"))
                .isEqualTo(1);
        assertThat(after.sum("clipserve_requests_refused_requests_total"))
                .isEqualTo(before.sum("clipserve_requests_refused_requests_total"));
    }

    @Test
    void unknownPathsAndMethods_makeNoSeriesOfTheirOwn() {
        for (int i = 0; i < 20; i++) {
            get("/unknown-" + i);
            get("/problems/unknown-" + i);
            client.send(client.request("/classify?labels=" + i).POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)));
            new RawExchange(client.port())
                    .send("BREW" + i + " /models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        }
        PrometheusText after = scrape();

        assertThat(after.values("http_server_requests_seconds", "uri"))
                .contains("/classify", "/**")
                .noneMatch(uri -> uri.contains("unknown") || uri.contains("labels"));
        assertThat(after.values("http_server_requests_seconds", "method"))
                .contains("GET", "POST", "UNKNOWN")
                .noneMatch(method -> method.contains("BREW"));
    }

    @Test
    void model_thatAnswersItsCanary_isReady() {
        assertThat(scrape().sum("clipserve_model_ready", "model", "mini-clip")).isEqualTo(1);
    }

    @Test
    void memory_outsideOfTheJvm_isPartOfTheProcesss() {
        PrometheusText live = scrape();

        // The embedded model's weights alone are ten megabytes.
        assertThat(live.sum("process_memory_rss_bytes")).isGreaterThan(10_000_000);
        assertThat(live.sum("process_memory_native_bytes")).isLessThan(live.sum("process_memory_rss_bytes"));
    }

    @Test
    void tracing_withoutACollector_isNotThereAtAll() {
        assertThat(context.getBeanProvider(Tracer.class).getIfAvailable()).isNull();
        assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.contains("otel") || name.contains("otlp"));
    }
}
