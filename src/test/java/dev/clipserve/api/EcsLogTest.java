package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logs as JSON; in a process of its own, because the format is one for all that a process logs. */
class EcsLogTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    private Path folder;

    private Process service() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClipServeApplication.class.getName(),
                        "--server.port=0",
                        "--clipserve.label-sets.folder=" + folder,
                        "--logging.structured.format.console=ecs",
                        "--logging.level.dev.clipserve.api.ApiErrorHandler=debug")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The next line that is meant; each until then has to be JSON. */
    private static JsonNode await(BufferedReader log, Predicate<JsonNode> meant) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            JsonNode json = JsonMapper.shared().readTree(line);
            assertThat(json.path("@timestamp").asString()).as(line).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            assertThat(json.at("/ecs/version").asString()).as(line).isNotEmpty();
            assertThat(json.at("/log/level").asString()).as(line).isNotEmpty();
            assertThat(json.at("/service/name").asString()).as(line).isEqualTo("clipserve");
            if (meant.test(json)) {
                return json;
            }
        }
        throw new AssertionError("the log ended");
    }

    @Test
    void log_inTheElasticCommonSchema_hasTheIdsOfRequestAndTrace() throws IOException {
        Process process = service();
        try (BufferedReader log = process.inputReader()) {
            Matcher port = PORT.matcher(await(
                            log,
                            line -> PORT.matcher(line.path("message").asString())
                                    .find())
                    .path("message")
                    .asString());
            assertThat(port.find()).isTrue();
            var client = new ServiceClient(Integer.parseInt(port.group(1)));
            var answer = client.send(client.request("/classify?labels=a")
                    .headers("X-Request-Id", "mine", "X-Request-Timeout-Ms", "soon")
                    .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)));

            JsonNode line = await(log, json -> json.path("message").asString().startsWith("POST /classify"));

            assertThat(line.path("message").asString()).isEqualTo("POST /classify: 400 /problems/invalid-request");
            assertThat(line.path("http.request.id").asString()).isEqualTo("mine");
            assertThat(line.path("trace.id").asString()).isEqualTo(TRACE);
            assertThat(line.path("span.id").asString())
                    .isEqualTo(answer.headers()
                            .firstValue("traceresponse")
                            .orElseThrow()
                            .substring(36, 52));
        } finally {
            process.destroy();
        }
    }
}
