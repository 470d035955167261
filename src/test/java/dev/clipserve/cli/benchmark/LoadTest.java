package dev.clipserve.cli.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Loads, against a server that does what a test says. */
@Timeout(120)
class LoadTest {

    private static final byte[] IMAGE = {1, 2, 3};

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();
    private final Set<String> bodies = ConcurrentHashMap.newKeySet();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    private HttpServer server;

    private interface Answer {
        void to(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    private void answering(Answer answer) {
        server.createContext("/", exchange -> {
            bodies.add(Arrays.toString(exchange.getRequestBody().readAllBytes()));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            try (exchange) {
                answer.to(exchange, requests.getAndIncrement());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
    }

    private Measurement run(Load load, Duration warmUp, Duration duration, boolean repeat) throws InterruptedException {
        try (var target = new Target(uri(), Optional.of("secret"), Duration.ofMinutes(1), List.of(IMAGE), repeat)) {
            return load.run(target, warmUp, duration);
        }
    }

    /** Without a warm-up, and again where a machine that stalls did not come to three requests in the time. */
    private Measurement ofThreeRequestsOrMore() throws InterruptedException {
        Measurement measurement;
        do {
            requests.set(0);
            bodies.clear();
            measurement = run(new Load.Closed(1), Duration.ZERO, Duration.ofSeconds(1), false);
        } while (requests.get() < 3);
        return measurement;
    }

    private URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/classify?labels=a");
    }

    @Test
    void closed_failures_areCountedByStatusAndProblem() throws Exception {
        answering((exchange, number) -> {
            switch (number % 3) {
                case 0 -> send(exchange, 200, "{}");
                case 1 -> send(exchange, 503, "{\"type\":\"/problems/overloaded\"}");
                default -> send(exchange, 502, "<html>");
            }
        });

        Measurement measurement = ofThreeRequestsOrMore();

        assertThat(measurement.succeeded() + measurement.failed()).isEqualTo(requests.get());
        assertThat(measurement.succeeded()).isEqualTo((requests.get() + 2) / 3);
        assertThat(measurement.failures().keySet()).containsExactly("502", "503 overloaded");
        assertThat(measurement.failures().get("503 overloaded")).isEqualTo((requests.get() + 1) / 3);
        assertThat(bodies).hasSize(requests.get());
        assertThat(keys).containsExactly("Bearer secret");
    }

    @Test
    void closed_repeatedImages_haveTheSameBytes() throws Exception {
        answering((exchange, number) -> send(exchange, 200, "{}"));

        run(new Load.Closed(3), Duration.ZERO, Duration.ofSeconds(2), true);

        assertThat(bodies).containsExactly("[1, 2, 3]");
    }

    @Test
    void closed_warmUp_isNotCounted() throws Exception {
        answering((exchange, number) -> send(exchange, 200, "{}"));

        Measurement measurement = run(new Load.Closed(1), Duration.ofSeconds(2), Duration.ofMillis(100), false);

        assertThat(measurement.succeeded()).isLessThan(requests.get());
    }

    @Test
    void open_serviceThatStalls_isAskedOnAndTimedFromWhenEachWasDue() throws Exception {
        var twentyCame = new CountDownLatch(20);
        answering((exchange, number) -> {
            twentyCame.countDown();
            twentyCame.await();
            send(exchange, 200, "{}");
        });

        Measurement measurement = run(new Load.Open(50), Duration.ZERO, Duration.ofSeconds(1), false);

        // The first has to wait until the twentieth is due, 19 / 50 of a second later; in a closed loop nothing would
        // come.
        assertThat(measurement.millis(100)).isGreaterThan(379);
        assertThat(measurement.succeeded()).isEqualTo(50);
    }

    @Test
    void report_ofNobody_saysWhatFailed() throws Exception {
        answering((exchange, number) -> send(exchange, 401, "{\"type\":\"/problems/unauthenticated\"}"));
        Load load = new Load.Open(10);

        Measurement measurement = run(load, Duration.ZERO, Duration.ofMillis(500), false);

        var report = new Report(uri().toString(), load, measurement);
        assertThat(report.text())
                .contains("open loop, 10.0 a second, timed from when each was due")
                .contains("0 answered")
                .contains("5 failed")
                .contains("5  401 unauthenticated");
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(json.at("/failures/401 unauthenticated").asInt()).isEqualTo(5);
        assertThat(json.path("milliseconds").isEmpty()).isTrue();
    }

    @Test
    void report_percentiles_areThoseOfTheHistogram() {
        var measurement = new Measurement(0, Duration.ZERO, Duration.ofSeconds(1));
        for (int i = 1; i <= 100; i++) {
            measurement.record(0, i * 1_000_000L, Target.OK);
        }
        var report = new Report("u", new Load.Closed(4), measurement);

        JsonNode millis = JsonMapper.shared().readTree(report.json()).path("milliseconds");
        assertThat(millis.path("p50").asDouble()).isBetween(49.95, 50.05);
        assertThat(millis.path("p99").asDouble()).isBetween(98.9, 99.1);
        assertThat(millis.path("max").asDouble()).isBetween(99.9, 100.1);
        assertThat(measurement.perSecond()).isEqualTo(1_000);
        assertThat(report.text().lines().filter(line -> line.contains("p50")))
                .singleElement()
                .asString()
                .endsWith("  " + "█".repeat(20));
    }
}
