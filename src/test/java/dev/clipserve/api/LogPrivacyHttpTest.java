package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.api.ServiceClient.Form;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What callers write, in whatever field and however wrong, is in no log line, not even in those for debugging. */
@ExtendWith(OutputCaptureExtension.class)
class LogPrivacyHttpTest {

    private static final String CANARY = "xYzZy";

    /** Its end token is refused only when it is encoded. */
    private static final String RESERVED = CANARY + "<|endoftext|>";

    @TempDir
    private static Path folder;

    private static ConfigurableApplicationContext context;
    private static ServiceClient client;

    @BeforeAll
    static void start() {
        context = new SpringApplication(ClipServeApplication.class)
                .run(
                        "--server.port=0",
                        "--logging.level.dev.clipserve=debug",
                        "--clipserve.label-sets.folder=" + folder,
                        // Encoding is awaited, however slow the machine: its end is looked for in the log.
                        "--clipserve.label-sets.wait=1h",
                        "--clipserve.urls.enabled=true",
                        "--clipserve.urls.allowed-hosts=localhost");
        client = new ServiceClient(context.getEnvironment().getRequiredProperty("local.server.port", int.class));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static void assertSilent(CapturedOutput output, List<Answer> answers) {
        assertThat(answers)
                .extracting(Answer::status)
                .allSatisfy(status -> assertThat(status).isBetween(200, 499));
        for (Answer answer : answers) {
            if (answer.status() >= 400) {
                assertThat(output)
                        .contains("["
                                + answer.headers().firstValue("X-Request-Id").orElseThrow() + "]");
            }
        }
        assertThat(output).doesNotContainIgnoringCase(CANARY);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void queries_areNotLogged(CapturedOutput output) {
        assertSilent(
                output,
                List.of(
                        client.raw(ServiceClient.FLOWER, "labels=a," + CANARY),
                        client.raw(ServiceClient.FLOWER, "labels=" + CANARY + "," + CANARY),
                        client.raw(ServiceClient.FLOWER, "labels=a," + ServiceClient.encode(RESERVED)),
                        client.raw(ServiceClient.FLOWER, "labels=a&templates=" + CANARY),
                        client.raw(ServiceClient.FLOWER, "labels=a&temperature=" + CANARY),
                        client.raw(ServiceClient.FLOWER, CANARY + "=a"),
                        client.raw(ServiceClient.FLOWER, "labels=a&model=" + CANARY),
                        client.raw(ServiceClient.FLOWER, "label_set=" + CANARY)));
    }

    @Test
    void bodies_areNotLogged(CapturedOutput output) {
        String image = "{\"base64\":\"" + Base64.getEncoder().encodeToString(ServiceClient.FLOWER) + "\"}";
        assertSilent(
                output,
                List.of(
                        client.json("{\"images\":[" + image + "],\"labels\":[\"" + CANARY + "\",\"b\"]}"),
                        client.json("{\"images\":[" + image + "],\"labels\":[\"" + RESERVED + "\"]}"),
                        client.json("{\"images\":[" + image + "],\"labels\":" + CANARY + "}"),
                        client.json("{\"images\":[{\"base64\":\"" + CANARY + "!\"}],\"labels\":[\"a\"]}"),
                        client.json("{\"images\":[{\"url\":\"https://localhost/" + CANARY + "?" + CANARY
                                + "\"}],\"labels\":[\"a\"]}"),
                        client.json("{\"" + CANARY),
                        client.json("/similarity", "{\"images\":[" + image + "],\"texts\":[\"" + RESERVED + "\"]}"),
                        client.raw(bytes(CANARY + " is no image"), "labels=a"),
                        client.raw(bytes("GIF89a" + CANARY.repeat(9)), "labels=a"),
                        client.form(
                                new Form().file(CANARY, ServiceClient.FLOWER).field("labels", CANARY)),
                        client.form(new Form()
                                .file("image", bytes(CANARY))
                                .file("image", ServiceClient.FLOWER)
                                .field("labels", CANARY))));
    }

    @Test
    void headers_areNotLogged(CapturedOutput output) {
        assertSilent(
                output,
                List.of(client.send(client.request("/classify?labels=a")
                        .headers("Content-Type", "image/" + CANARY)
                        .headers("Authorization", "Bearer " + CANARY, "X-Api-Key", CANARY)
                        .headers(
                                "X-Request-Timeout-Ms", CANARY, "traceparent", CANARY, "Cookie", CANARY + "={" + CANARY)
                        .POST(BodyPublishers.ofByteArray(ServiceClient.FLOWER)))));
    }

    @Test
    void labelSets_goodOrBroken_areNotLogged(CapturedOutput output) {
        assertSilent(
                output,
                List.of(
                        client.put("/label-sets/pets", "{\"labels\":[\"" + CANARY + "\",\"b\"]}"),
                        client.put("/label-sets/pets", "{\"labels\":[\"" + CANARY + "\",\"" + CANARY + "\"]}"),
                        client.put("/label-sets/pets", "{\"labels\":[\"" + RESERVED + "\"]}"),
                        client.put("/label-sets/pets", "{\"labels\":[\"a\"],\"" + CANARY + "\":1}"),
                        client.put("/label-sets/pets", "{\"labels\":[\"a\"],\"templates\":[\"" + CANARY + "\"]}"),
                        client.put("/label-sets/pets", "{\"labels\":[" + CANARY)));
    }

    @Test
    void labelSet_thatOnlyItsEncodingRefuses_isNotLogged(CapturedOutput output) {
        // Half of the control token is the template's, half the label's.
        var answer = client.put(
                "/label-sets/halves",
                "{\"labels\":[\"text|> " + CANARY + "\",\"cat\"],\"templates\":[\"a {}\",\"<|endof{}\"]}");

        assertThat(answer.body()).contains("control token");
        assertThat(output).contains("ReservedTokenException").doesNotContainIgnoringCase(CANARY);
    }

    @Test
    void definitions_damagedInTheStore_areNotQuoted(CapturedOutput output) throws IOException {
        Path damaged = Files.createDirectories(folder.resolve("damaged/sets"));
        for (String definition : List.of(
                "{\"labels\":[" + CANARY,
                "{\"labels\":[\"" + CANARY + "\",\"" + CANARY + "\"]}",
                "{\"labels\":\"" + CANARY + "\"}",
                "{\"labels\":[\"a\"],\"templates\":[\"" + CANARY + "\"]}")) {
            Files.writeString(damaged.resolve("set-" + definition.length() + ".json"), definition);
        }

        new SpringApplication(ClipServeApplication.class)
                .run("--server.port=0", "--clipserve.label-sets.folder=" + folder.resolve("damaged"))
                .close();

        assertThat(output)
                .contains("it is not valid JSON at line 1")
                .contains("it has no labels, or one without prompts or twice")
                .contains("it is not built like a definition")
                .doesNotContainIgnoringCase(CANARY);
    }

    @Test
    void requests_thatTheContainerCannotRead_areNotQuoted(CapturedOutput output) {
        var connection = new RawExchange(client.port());
        for (String request : List.of(
                "GET /classify?labels=" + CANARY + "\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /classify?labels=" + CANARY + "%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /label-sets/cifar-10/status?model=" + CANARY + "%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /actuator/health/liveness?" + CANARY + "=%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + CANARY + "{\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nCookie: {" + CANARY + "\r\n" + CANARY + " : (\r\n\r\n")) {
            assertThat(connection.send(request).status()).isBetween(400, 499);
        }

        assertThat(output).doesNotContainIgnoringCase(CANARY);
    }
}
