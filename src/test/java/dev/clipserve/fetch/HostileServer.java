package dev.clipserve.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server on loopback that answers as a script says, byte by byte, and remembers what it was asked. */
public final class HostileServer implements AutoCloseable {

    private final ServerSocket socket;
    private final Script script;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What is answered to a request's head; behind it the connection ends. */
    @FunctionalInterface
    public interface Script {
        void answer(String head, OutputStream out) throws Exception;
    }

    HostileServer(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public static HostileServer of(Script script) throws IOException {
        return at("127.0.0.1", 0, script);
    }

    static HostileServer at(String address, int port, Script script) throws IOException {
        var socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 64);
        return new HostileServer(socket, script);
    }

    /** Answers with these bytes as they are. */
    static Script bytes(String text) {
        return (head, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A well-formed answer. */
    public static void image(OutputStream out, byte[] body) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
    }

    static Script redirect(String location) {
        return bytes("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }

    /** A byte every few milliseconds, until somebody closes. */
    void drip(OutputStream out, String text) throws IOException, InterruptedException {
        for (int i = 0; !closed.await(5, TimeUnit.MILLISECONDS); i++) {
            out.write(text.charAt(i % text.length()));
            out.flush();
        }
    }

    /** Waits until the server is closed, and answers nothing. */
    void hang() throws InterruptedException {
        closed.await();
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** The heads of all requests so far. */
    public List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            String head = head(connection.getInputStream());
            requests.add(head);
            script.answer(head, connection.getOutputStream());
            connection.getOutputStream().flush();
        } catch (Exception e) {
            // The client has gone, as it may.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
