package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whoever sends or takes a byte now and then does not keep a connection, nor the memory that goes with it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"server.tomcat.connection-timeout=1s", "clipserve.limits.max-exchange-time=2s"})
class SlowExchangeHttpTest {

    private static final CompletableFuture<IOException> END = new CompletableFuture<>();

    @LocalServerPort
    private int port;

    /** An answer without an end. */
    @TestConfiguration
    @RestController
    static class Endless {

        @GetMapping("/endless")
        void write(HttpServletResponse response) {
            try {
                while (true) {
                    response.getOutputStream().write(new byte[8192]);
                }
            } catch (IOException e) {
                END.complete(e);
            }
        }
    }

    private Socket connect(String start) throws IOException {
        var socket = new Socket("localhost", port);
        socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void assertEndsAlthoughItDrips(Socket socket, String drop) {
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            try {
                socket.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
                return false;
            } catch (SocketException e) {
                return true;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /models?", "GET /models HTTP/1.1\r\nHost: x\r\nX-A: "})
    void head_thatDrips_ends(String start) throws IOException {
        try (Socket socket = connect(start)) {
            assertEndsAlthoughItDrips(socket, "a");
        }
    }

    /** The answer is there at once, and the body is read and dropped, so that the client sees the answer. */
    @Test
    void bodyThatNobodyWants_andDrips_ends() throws IOException {
        try (Socket socket = connect("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 404");
            assertEndsAlthoughItDrips(socket, "a");
        }
    }

    @Test
    void answer_thatIsTakenSlowly_ends() throws IOException {
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("localhost", port));
            socket.getOutputStream()
                    .write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                assertThat(socket.getInputStream().readNBytes(2048)).isNotEmpty();
                return END.isDone();
            });
        }
        assertThat(END.orTimeout(1, TimeUnit.SECONDS)).isCompleted();
    }

    /** Tests have 512 MB of heap: an eighth, by 32 KB of headers and as much for all else. */
    @Test
    void connections_byDefault_areAsManyAsTheHeapHasRoomFor(@Autowired ServletWebServerApplicationContext context) {
        var server = (TomcatWebServer) Objects.requireNonNull(context.getWebServer());

        assertThat(server.getTomcat().getConnector().getProperty("maxConnections"))
                .isEqualTo(1024);
        assertThat(TomcatLimits.connections(1L << 30, 32 << 10)).isEqualTo(2048);
        assertThat(TomcatLimits.connections(1L << 30, 96 << 10)).isEqualTo(1024);
    }
}
