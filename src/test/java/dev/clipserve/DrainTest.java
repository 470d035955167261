package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The end of a service that is asked without a pause. */
class DrainTest {

    /** Of HEAD there is nothing but headers. */
    private static final byte[] REQUEST =
            "HEAD /models HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    /** Asks on one connection until an answer says that it was the last; what came instead of an answer is told. */
    private static List<String> askUntilTheEnd(int port, CompletableFuture<Void> begun) throws IOException {
        List<String> answers = new ArrayList<>();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "";
            while (!head.contains("Connection: close")) {
                socket.getOutputStream().write(REQUEST);
                head = head(socket.getInputStream());
                answers.add(head.lines().findFirst().orElse("nothing, after " + answers.size() + " answers"));
                begun.complete(null);
                if (head.isEmpty()) {
                    return answers;
                }
            }
        }
        return answers;
    }

    private static String head(InputStream answer) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = answer.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    void close_connectionThatIsInUse_endsWithAnAnswerAndNotBeforeThePortIsClosed() throws Exception {
        var service = (ServletWebServerApplicationContext) SpringApplication.run(
                ClipServeApplication.class,
                "--server.port=0",
                "--server.shutdown=graceful",
                // The end alone ends the connection, however many requests come before it.
                "--server.tomcat.max-keep-alive-requests=-1",
                "--clipserve.label-sets.folder=" + folder);
        int port = Objects.requireNonNull(service.getWebServer()).getPort();
        var begun = new CompletableFuture<Void>();
        var answers = new CompletableFuture<List<String>>();
        Thread.ofPlatform().start(() -> {
            try {
                answers.complete(askUntilTheEnd(port, begun));
            } catch (IOException | RuntimeException e) {
                answers.completeExceptionally(e);
            }
        });
        begun.join();
        Thread end = Thread.ofPlatform().start(service::close);

        assertThat(answers.join()).containsOnly("HTTP/1.1 200 ");
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
        end.join();
    }
}
