package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Memory for one large answer, which nobody else can have until it is taken, or its client has gone. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
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
}
