package dev.clipserve.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code redis-server} of its own for a test: on a port that was free, with its files in a folder, so that it can be
 * killed and started again with what it had.
 */
public final class RedisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final List<String> options;
    private final int port;
    private @Nullable Process process;

    private RedisServer(Path folder, List<String> options) throws IOException {
        this.folder = folder;
        this.options = options;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
    }

    /**
     * A server that answers.
     *
     * @param options as on the command line of {@code redis-server}
     */
    public static RedisServer start(Path folder, String... options) throws IOException {
        var server = new RedisServer(folder, List.of(options));
        server.start();
        return server;
    }

    public int port() {
        return port;
    }

    /** Starts it again, with what is in its folder. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(
                List.of("redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
        // Every change is in the file before it is answered, which outlives the process; when the disk has it, nobody
        // has to wait for.
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "no", "--dir", folder.toString()));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        await().atMost(PATIENCE).until(this::answers);
    }

    /** Also an error is an answer, such as one that asks for a password. */
    private boolean answers() {
        try {
            return !ask("PING").startsWith("-LOADING");
        } catch (IOException e) {
            return false;
        }
    }

    /** The first line of what it answers to a command without blanks in its words. */
    public String ask(String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            var answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
            String line = new BufferedReader(answer).readLine();
            if (line == null) {
                throw new IOException("closed without an answer");
            }
            return line;
        }
    }

    /** Makes it hang: connections stay open and are even accepted, but nothing is answered. */
    public void freeze() throws IOException {
        signal("STOP");
    }

    /** Ends a {@link #freeze}. */
    public void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        long pid = Objects.requireNonNull(process, "not started").pid();
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.onExit().join().exitValue()).isZero();
    }

    /** Ends it as a crash would. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Removes all that a killed server had. */
    public void lose() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        kill();
    }
}
