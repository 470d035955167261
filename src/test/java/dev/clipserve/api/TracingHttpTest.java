package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Traces as a collector gets them. */
@ExtendWith(OutputCaptureExtension.class)
class TracingHttpTest {

    private static final String PARENT = "00f067aa0ba902b7";
    private static final String CANARY = "xYzZy";

    private static final Pattern EXEMPLAR =
            Pattern.compile(" # \\{span_id=\"[0-9a-f]{16}\",trace_id=\"([0-9a-f]{32})\"}");

    private static final AtomicInteger traces = new AtomicInteger();

    private static FakeCollector collector;
    private static ConfigurableApplicationContext context;
    private static ServiceClient client;

    @BeforeAll
    static void start() throws IOException {
        collector = new FakeCollector();
        context = run(
                // What a run remembers has no stages.
                "--clipserve.image-cache.max-size=0",
                "--clipserve.label-cache.max-size=0",
                "--logging.level.dev.clipserve.api.ApiErrorHandler=debug");
        client = new ServiceClient(port(context, "local.server.port"));
    }

    /** A service that sends all traces to the collector at once. */
    private static ConfigurableApplicationContext run(String... more) {
        Stream<String> settings = Stream.of(
                "--server.port=0",
                "--management.opentelemetry.tracing.export.otlp.endpoint=" + collector.endpoint(),
                "--management.opentelemetry.tracing.export.schedule-delay=10ms",
                "--management.tracing.sampling.probability=1");
        return new SpringApplication(ClipServeApplication.class)
                .run(Stream.concat(settings, Stream.of(more)).toArray(String[]::new));
    }

    private static int port(ConfigurableApplicationContext service, String name) {
        return service.getEnvironment().getRequiredProperty(name, int.class);
    }

    @AfterAll
    static void stop() {
        context.close();
        collector.close();
    }

    private static String newTrace() {
        return String.format("4bf92f3577b34da6a3ce%012x", traces.incrementAndGet());
    }

    private static HttpRequest.Builder traced(String path, String trace, String flags) {
        return client.request(path).header("traceparent", "00-" + trace + "-" + PARENT + "-" + flags);
    }

    private static Answer form(String trace, Form form) {
        return client.send(traced("/classify", trace, "01")
                .header("Content-Type", "multipart/form-data; boundary=the-boundary")
                .POST(BodyPublishers.ofByteArray(form.bytes())));
    }

    private static Form flowers(int count) {
        var form = new Form().field("labels", "a cat").field("labels", "a dog");
        for (int i = 0; i < count; i++) {
            form.file("image", ServiceClient.FLOWER);
        }
        return form;
    }

    private static Span server(List<Span> trace) {
        return trace.stream()
                .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
                .findFirst()
                .orElseThrow();
    }

    private static List<Span> stages(List<Span> trace) {
        return trace.stream()
                .filter(span -> span.getKind() != Span.SpanKind.SPAN_KIND_SERVER)
                .toList();
    }

    private static String attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("none");
    }

    private static String traceOf(Answer answer) {
        return answer.headers().firstValue("traceresponse").orElseThrow().substring(3, 35);
    }

    @Test
    void classify_inACallersTrace_isOneSpanOfItWithOneForEachStage() throws InterruptedException {
        String traceId = newTrace();
        Answer answer = form(traceId, flowers(1));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Span> trace = collector.trace(traceId);
        Span server = server(trace);
        String spanId = FakeCollector.hex(server.getSpanId().toByteArray());
        assertThat(answer.headers().firstValue("traceresponse")).hasValue("00-" + traceId + "-" + spanId + "-01");
        assertThat(FakeCollector.hex(server.getParentSpanId().toByteArray())).isEqualTo(PARENT);
        assertThat(server.getName()).isEqualTo("http post /classify");
        assertThat(attribute(server, "status")).isEqualTo("200");
        assertThat(stages(trace))
                .extracting(Span::getName)
                .containsExactlyInAnyOrder("text", "prepare", "image", "score");
        assertThat(stages(trace)).allSatisfy(stage -> {
            assertThat(stage.getParentSpanId()).isEqualTo(server.getSpanId());
            assertThat(attribute(stage, "model")).isEqualTo("mini-clip");
            assertThat(stage.getStartTimeUnixNano()).isGreaterThanOrEqualTo(server.getStartTimeUnixNano());
            assertThat(stage.getEndTimeUnixNano()).isLessThanOrEqualTo(server.getEndTimeUnixNano());
        });
    }

    @Test
    void imageStage_tellsWhenItsRunBegan() throws InterruptedException {
        String traceId = newTrace();
        form(traceId, flowers(1));

        Span image = stages(collector.trace(traceId)).stream()
                .filter(span -> span.getName().equals("image"))
                .findFirst()
                .orElseThrow();
        assertThat(image.getEventsList()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("run");
            assertThat(event.getTimeUnixNano()).isBetween(image.getStartTimeUnixNano(), image.getEndTimeUnixNano());
        });
    }

    @Test
    void severalImages_onThreadsOfTheirOwn_areInTheSameSpan() throws InterruptedException {
        String traceId = newTrace();
        Answer answer = form(traceId, flowers(2).file("image", new byte[] {1, 2, 3}));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Span> trace = collector.trace(traceId);
        // The same picture twice at the same time may be embedded once for both.
        assertThat(stages(trace)).extracting(Span::getName).contains("prepare", "image", "text", "score");
        assertThat(stages(trace))
                .allSatisfy(stage -> assertThat(stage.getParentSpanId())
                        .isEqualTo(server(trace).getSpanId()));
        assertThat(stages(trace))
                .filteredOn(span -> attribute(span, "error.type").equals("InvalidImageException"))
                .singleElement()
                .satisfies(span -> assertThat(span.getName()).isEqualTo("prepare"));
    }

    @Test
    void request_withoutATrace_beginsOne(CapturedOutput output) throws InterruptedException {
        Answer answer = client.send(client.request("/classify?labels=a,b")
                .headers("X-Request-Id", "begins", "X-Request-Timeout-Ms", "soon")
                .POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)));

        assertThat(answer.status()).isEqualTo(400);
        String response = answer.headers().firstValue("traceresponse").orElseThrow();
        assertThat(output).contains("[begins," + response.substring(3, 52) + "]");
        List<Span> trace = collector.trace(traceOf(answer));
        assertThat(server(trace).getParentSpanId().isEmpty()).isTrue();
        assertThat(attribute(server(trace), "status")).isEqualTo("400");
    }

    @Test
    void trace_notSampledByItsCaller_isAnsweredButNotSent() throws InterruptedException {
        String unsampled = newTrace();
        Answer answer = client.send(
                traced("/classify?labels=a,b", unsampled, "00").POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)));
        client.get("/actuator/health/liveness");
        String sampled = newTrace();
        form(sampled, flowers(1));

        assertThat(answer.headers().firstValue("traceresponse").orElseThrow())
                .matches("00-" + unsampled + "-[0-9a-f]{16}-00");
        collector.trace(sampled);
        assertThat(collector.all())
                .extracting(span -> FakeCollector.hex(span.getTraceId().toByteArray()))
                .doesNotContain(unsampled);
        assertThat(collector.all()).extracting(Span::getName).noneMatch(name -> name.contains("actuator"));
    }

    @Test
    void management_atTheRootOfItsOwnPort_takesNoTracesFromTheService() throws Exception {
        try (var other = run("--management.server.port=0", "--management.endpoints.web.base-path=/")) {
            var health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(
                                            "http://localhost:" + port(other, "local.management.port") + "/health"))
                                    .build(),
                            BodyHandlers.discarding());
            var service = new ServiceClient(port(other, "local.server.port"));
            Answer answer = service.raw(ServiceClient.FLOWER, "labels=a,b");

            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(server(collector.trace(traceOf(answer))).getName()).isEqualTo("http post /classify");
            assertThat(collector.all()).extracting(Span::getName).noneMatch(name -> name.contains("health"));
        }
    }

    @Test
    void spans_ofRequestsFullOfSecrets_haveNoneOfThem() throws Exception {
        byte[] broken = (CANARY + " is no image").getBytes(StandardCharsets.UTF_8);
        String label = CANARY + "<|endoftext|>";
        List<Answer> answers = List.of(
                client.raw(ServiceClient.FLOWER, "labels=a," + CANARY),
                client.raw(ServiceClient.FLOWER, "labels=a&labels=" + ServiceClient.encode(label)),
                client.raw(broken, "labels=a,b"),
                client.raw(ServiceClient.FLOWER, CANARY + "=1"),
                client.send(client.request("/label-sets/" + CANARY).GET()),
                client.send(client.request("/models/" + CANARY)
                        .header("X-Api-Key", CANARY)
                        .header("Authorization", "Bearer " + CANARY)
                        .header("X-Request-Id", CANARY)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"inputs\":\"" + CANARY + "\"}"))),
                client.json("{\"images\":[{\"url\":\"https://" + CANARY + ".example/\"}],\"labels\":[\"a\"]}"),
                client.json("{\"" + CANARY));
        // Not documented, so without a look at the contract.
        var unknown = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + client.port() + "/" + CANARY))
                                .method(CANARY, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding());

        for (Answer answer : answers) {
            assertThat(collector.trace(traceOf(answer))).isNotEmpty();
        }
        collector.trace(
                unknown.headers().firstValue("traceresponse").orElseThrow().substring(3, 35));
        String last = newTrace();
        form(last, flowers(1));
        collector.trace(last);
        assertThat(collector.raw()).contains("http post /classify").doesNotContainIgnoringCase(CANARY);
        assertThat(collector.all())
                .flatExtracting(Span::getAttributesList)
                .extracting(KeyValue::getKey)
                .isSubsetOf("method", "uri", "status", "outcome", "exception", "error", "model", "error.type");
        assertThat(collector.all())
                .flatExtracting(Span::getEventsList)
                .extracting(Span.Event::getName)
                .containsOnly("run");
    }

    @Test
    void histograms_askedForInOpenMetrics_haveTheTraceAsAnExemplar() throws Exception {
        String traceId = newTrace();
        form(traceId, flowers(1));

        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + client.port() + "/actuator/prometheus"))
                                .header("Accept", "application/openmetrics-text; version=1.0.0")
                                .build(),
                        BodyHandlers.ofString())
                .body();

        collector.trace(traceId);
        Set<String> sent = collector.all().stream()
                .map(span -> FakeCollector.hex(span.getTraceId().toByteArray()))
                .collect(Collectors.toSet());
        for (String histogram : List.of(
                "http_server_requests_seconds_bucket",
                "clipserve_image_decode_seconds_bucket",
                "clipserve_score_seconds_bucket")) {
            List<String> exemplars = metrics.lines()
                    .filter(line -> line.startsWith(histogram)
                            && line.contains("uri=\"/classify\"") == histogram.startsWith("http"))
                    .map(EXEMPLAR::matcher)
                    .filter(Matcher::find)
                    .map(exemplar -> exemplar.group(1))
                    .toList();
            assertThat(exemplars).as(histogram).isNotEmpty();
            assertThat(sent).as(histogram).containsAll(exemplars);
        }
    }
}
