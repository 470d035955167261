package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Bodies that drip get an end, and their connections too. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "clipserve.limits.max-upload-time=200ms")
class SlowUploadHttpTest {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({
        "/classify, application/json, Content-Length: 30000000, ' '",
        "/classify?labels=a, application/octet-stream, Content-Length: 30000000, x",
        "/classify, application/json, Transfer-Encoding: chunked, '1\r\n \r\n'",
        "/classify?labels=a, multipart/form-data; boundary=b, Content-Length: 30000000, '--b\r\n'"
    })
    void body_thatDrips_isRefusedAndTheConnectionClosed(String path, String type, String length, String drop)
            throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\n" + length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();

            await().pollInterval(Duration.ofMillis(10)).until(() -> answer.available() > 0 || isClosedTo(socket, drop));

            assertThat(readToTheEnd(answer))
                    // 408 where Tomcat reads the form or the query's fields itself.
                    .matches("(?s)HTTP/1\\.1 40[08] .*")
                    .containsIgnoringCase("connection: close")
                    .contains("/problems/invalid-request")
                    .doesNotContain("labels");
        }
    }

    /** Sends a drop; one that comes while the answer is being written lets the connection be reset behind that. */
    private static boolean isClosedTo(Socket socket, String drop) throws IOException {
        try {
            socket.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** All that comes before the connection is closed or, for what was sent and not read, reset. */
    private static String readToTheEnd(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
