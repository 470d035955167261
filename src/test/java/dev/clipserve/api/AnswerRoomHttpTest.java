package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.batching.Deadline;
import jakarta.servlet.ServletRequestEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;

/** Memory for one large answer, which nobody else can have until it is taken, or its client has gone. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        // Who takes no answer may keep the room for longer than others wait.
        properties = "server.tomcat.connection-timeout=5m")
class AnswerRoomHttpTest {

    /** 63 images × 1500 labels: 8 MB, more than the system keeps for who does not read. */
    private static final String QUESTION = "{\"images\":["
            + String.join(
                    ",",
                    Collections.nCopies(
                            63, "{\"base64\":\"" + Base64.getEncoder().encodeToString(ServiceClient.FLOWER) + "\"}"))
            + "],\"labels\":["
            + IntStream.range(0, 1500)
                    .mapToObj(i -> "\"a label that is number " + i + " of many\"")
                    .collect(Collectors.joining(","))
            + "]}";

    @LocalServerPort
    private int port;

    @Autowired
    private AnswerRoom room;

    @TestConfiguration
    static class SmallRoom {

        @Bean
        @Primary
        AnswerRoom smallAnswerRoom() {
            return new AnswerRoom(1 << 20);
        }
    }

    private Answer ask() {
        return new ServiceClient(port).json(QUESTION);
    }

    @Test
    void largeAnswer_thatIsNotTaken_keepsOthersOutUntilItsClientLeaves() throws IOException {
        assertThat(ask().status()).isEqualTo(200);
        try (var idle = new Socket()) {
            idle.setReceiveBufferSize(4096);
            idle.connect(new InetSocketAddress("localhost", port));
            idle.getOutputStream()
                    .write(("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                    + QUESTION.length() + "\r\n\r\n" + QUESTION)
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(idle.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");

            Answer refused = ask();

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.problem()).isEqualTo("overloaded");
            assertThat(new ServiceClient(port)
                            .raw(ServiceClient.FLOWER, "labels=sunflower,whale")
                            .status())
                    .isEqualTo(200);
        }
        await().until(() -> ask().status() == 200);
    }

    /** A thousand labels are more than a small answer. */
    @Test
    void definition_whileOthersHaveTheRoom_isRefusedUnlessTheCallerHasIt() {
        var client = new ServiceClient(port);
        String large = "/label-sets/imagenet-1k";
        String version = client.get(large).headers().firstValue("ETag").orElseThrow();
        var others = new MockHttpServletRequest();
        room.awaitDefinition(others, Deadline.after(Duration.ofMinutes(1)), 1 << 20);
        try {
            Answer refused = client.get(large, "X-Request-Timeout-Ms", "1");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.problem()).isEqualTo("overloaded");
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            assertThat(client.get(large, "If-None-Match", version).status()).isEqualTo(304);
            assertThat(client.get("/label-sets/cifar-100").status()).isEqualTo(200);
        } finally {
            room.requestDestroyed(new ServletRequestEvent(new MockServletContext(), others));
        }
        assertThat(client.get(large).status()).isEqualTo(200);
    }

    /** 1100 labels are more than a small answer, and nothing has been encoded when they are refused. */
    @Test
    void scoresForHuggingFace_whileOthersHaveTheRoom_areRefused() {
        var client = new ServiceClient(port);
        String labels =
                IntStream.range(0, 1100).mapToObj(i -> "\"thing " + i + "\"").collect(Collectors.joining(","));
        String question = "{\"inputs\":\"AA\",\"parameters\":{\"candidate_labels\":[" + labels + "]}}";
        var others = new MockHttpServletRequest();
        room.awaitDefinition(others, Deadline.after(Duration.ofMinutes(1)), 1 << 20);
        try {
            Answer refused = client.send(client.request("/models/mini-clip")
                    .header("X-Request-Timeout-Ms", "1")
                    .POST(BodyPublishers.ofString(question)));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("error").asString()).startsWith("Large answers to others");
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
        } finally {
            room.requestDestroyed(new ServletRequestEvent(new MockServletContext(), others));
        }
    }
}
