package dev.clipserve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.wait.strategy.Wait;

/** Containers as they start, refuse to, and end. */
@NeedsContainers
class LifeTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What a JVM exits with that was asked to stop by SIGTERM. */
    private static final int TERMINATED = 143;

    @Test
    void sigterm_requestInFlight_isAnsweredBeforeTheEnd() throws IOException {
        // The engine takes its time to pass a signal on, and the request waits for that.
        try (var service = new ServiceContainer().withEnv("SERVER_TOMCAT_CONNECTION_TIMEOUT", "5m")) {
            service.start();
            try (var socket = new Socket(service.getHost(), service.port())) {
                byte[] picture = ServiceClient.FLOWER;
                int half = picture.length / 2;
                socket.getOutputStream().write(head(picture.length));
                socket.getOutputStream().write(picture, 0, half);
                // The service is in the middle of it once it has begun to read what the request says.
                await().atMost(PATIENCE).until(() -> requestsUnderWay(service) > 0);

                service.terminate();
                await().atMost(PATIENCE).until(() -> service.getLogs().contains("Commencing graceful shutdown"));
                socket.getOutputStream().write(Arrays.copyOfRange(picture, half, picture.length));

                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 200").contains("\"predictions\":[{\"label\":\"sunflower\"");
            }
            assertThat(service.awaitEnd()).isEqualTo(TERMINATED);
            assertThat(service.getLogs()).contains("Graceful shutdown complete");
        }
    }

    private static byte[] head(int length) {
        return ("POST /classify?labels=sunflower,whale HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Type: application/octet-stream\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Those that are POST; the meter itself is read by a request, too. */
    private static long requestsUnderWay(ServiceContainer service) throws IOException {
        String meters;
        var source = URI.create("http://" + service.getHost() + ":" + service.port() + "/actuator/prometheus");
        try (var in = source.toURL().openStream()) {
            meters = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return meters.lines()
                .filter(line -> line.startsWith("http_server_requests_active_seconds_count")
                        && line.contains("method=\"POST\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLIPSERVE_MODEL_PATH=/none | none: bundle.json is missing | clipserve.model.path",
                "CLIPSERVE_LIMITS_MAX_IMAGES=0 | clipserve.limits.maxImages | must be greater than or equal to 1",
                "CLIPSERVE_ACCESS_KEYS_FILE=/none | /none | keys",
                "CLIPSERVE_MODEL_PROVIDER=cuda | The model was to run by CUDA | CPUExecutionProvider"
            })
    void start_wrongConfiguration_endsAndSaysWhatToDo(String setting, String fault, String hint) {
        int equals = setting.indexOf('=');
        try (var service =
                new ServiceContainer().withEnv(setting.substring(0, equals), setting.substring(equals + 1))) {
            service.waitingFor(Wait.forLogMessage("(?s).*APPLICATION FAILED TO START.*", 1)
                            .withStartupTimeout(PATIENCE))
                    .start();

            assertThat(service.awaitEnd()).isEqualTo(1);
            assertThat(service.getLogs()).contains("APPLICATION FAILED TO START", fault, hint);
        }
    }

    @Test
    void start_cacheDemanded_isReady() {
        try (var service = new ServiceContainer().withEnv("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on")) {
            service.start();

            service.assertAnswersTheCanary();
        }
    }

    /** The cache is of no use to these JVMs; that it is not, the first of them would end for. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:-UseCompressedOops", "-XX:+UseZGC"})
    void start_cacheDoesNotFit_isReadyAllTheSame(String option) {
        try (var service = new ServiceContainer().withEnv("JAVA_TOOL_OPTIONS", option)) {
            service.start();

            service.assertAnswersTheCanary();
        }
    }
}
