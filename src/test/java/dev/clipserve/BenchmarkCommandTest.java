package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Progress;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code benchmark}, against the service. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BenchmarkCommandTest {

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry registry;

    private final Shell shell = new Shell(new ConfiguredModels(Progress.SILENT));

    private Answer benchmark(String options) {
        return shell.run(("benchmark http://localhost:" + port + " --duration 1s --warmup 0s " + options).split(" "));
    }

    private double decoded() {
        return registry.get("cache.gets")
                .tag("cache", "images")
                .tag("result", "miss")
                .functionCounter()
                .count();
    }

    @Test
    void benchmark_closedLoop_hasEachImageEncodedAnew() {
        double before = decoded();

        Answer answer = benchmark("--concurrency 3 --labels cat,dog --json");

        assertThat(answer.code()).as(answer.out()).isZero();
        JsonNode json = JsonMapper.shared().readTree(answer.out());
        assertThat(json.path("url").asString()).endsWith("/classify?labels=cat%2Cdog");
        assertThat(json.path("concurrency").asInt()).isEqualTo(3);
        assertThat(json.path("succeeded").asInt()).isPositive();
        assertThat(decoded() - before).isEqualTo(json.path("succeeded").asInt());
        assertThat(json.at("/milliseconds/p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(json.at("/milliseconds/max").asDouble());
    }

    @Test
    void benchmark_openLoop_plotsPercentiles() {
        Answer answer = benchmark("--rate 5 --images models/mini-clip");

        assertThat(answer.code()).as(answer.out()).isZero();
        assertThat(answer.out()).contains("5 answered").contains("p99.9").contains("█");
    }

    @Test
    void benchmark_whatTheServiceRefuses_isCountedByProblem() {
        Answer answer = benchmark("--rate 4 --labels cat,cat");

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out()).contains("4 failed").contains("4  400 invalid-labels");
    }

    @Test
    void benchmark_nobodyThere_failsWithTheReason() {
        Answer answer = shell.run("benchmark http://localhost:1 --rate 4 --duration 1s --warmup 0s".split(" "));

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out()).contains("4  ConnectException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "benchmark | Missing required parameter:",
                "benchmark localhost:8080 | is no URL of a service, such as http://localhost:8080",
                "benchmark http://x --rate 1 --concurrency 1 | give one of them",
                "benchmark http://x --rate 0 | must be above 0",
                "benchmark http://x -c 0 | must be from 1 to 2000",
                "benchmark http://x --duration 10 | is no duration, such as 500ms, 30s or 2m",
                "benchmark http://x --duration 999999999m | is no duration, such as 500ms, 30s or 2m",
                "benchmark http://x --duration 0s | must be more than nothing",
                "benchmark http://x --images release | There are no images in release"
            })
    void benchmark_whatMakesNoSense_isRefusedWithTheReason(String arguments, String words) {
        Answer answer = shell.run(arguments.split(" "));

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains(words);
    }
}
