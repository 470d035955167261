package dev.clipserve.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A hub that behaves as Hugging Face's does, on this machine: one server for metadata and small files, and a blob store
 * at another address, to which large files are redirected. Faults are put in by file.
 */
public final class FakeHub implements AutoCloseable {

    /** The commit that the main branch is. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final String repository;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hub;
    private final HttpServer store;

    /** What was asked, at the hub or at its store. */
    public record Request(boolean ofStore, String method, String path, Headers headers) {}

    /** How a request for a file is answered, in place of the usual way. */
    @FunctionalInterface
    public interface Behaviour {

        /**
         * Answers, or leaves it to the usual way.
         *
         * @param time the first request for the file is 1
         * @return whether it was answered
         */
        boolean answer(HttpExchange exchange, byte[] content, int time) throws IOException, InterruptedException;
    }

    /** A hub with one repository. */
    public FakeHub(String repository, Map<String, byte[]> files) throws IOException {
        this.repository = repository;
        this.files.putAll(files);
        hub = server(this::answer);
        store = server(this::answerBlob);
    }

    private HttpServer server(Handler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return server;
    }

    @FunctionalInterface
    private interface Handler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** Its address, as {@code HF_ENDPOINT} has it. */
    public String endpoint() {
        return "http://localhost:" + hub.getAddress().getPort();
    }

    /** Adds a file, or puts another in its place. */
    public void put(String path, byte[] content) {
        files.put(path, content);
    }

    /** Answers requests for a file's content so; the empty name is the list of files. */
    public void when(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    /** All requests so far. */
    public List<Request> requests() {
        return requests;
    }

    /** The requests for contents of files, by the hub or by its store. */
    public List<Request> downloads() {
        return requests.stream()
                .filter(request -> request.ofStore() || request.path().contains("/resolve/"))
                .filter(request -> request.ofStore() || !isLarge(request.path()))
                .toList();
    }

    /** Waits until the test is over. */
    public void hang() throws InterruptedException {
        closed.await();
    }

    private static boolean isLarge(String path) {
        return path.endsWith(".onnx") || path.endsWith("tokenizer.json");
    }

    private boolean special(String path, byte[] content, HttpExchange exchange)
            throws IOException, InterruptedException {
        Behaviour behaviour = behaviours.get(path);
        int time = asked.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
        return behaviour != null && behaviour.answer(exchange, content, time);
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        requests.add(new Request(false, exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
        String file = "/" + repository + "/resolve/" + COMMIT + "/";
        if (path.equals("/api/models/" + repository + "/revision/main")
                || path.equals("/api/models/" + repository + "/revision/" + COMMIT)) {
            if (!special("", listing(), exchange)) {
                send(exchange, 200, listing());
            }
        } else if (path.startsWith("/api/models/" + repository + "/revision/")) {
            refuse(exchange, 404, "RevisionNotFound", "Invalid rev id: " + path.substring(path.lastIndexOf('/') + 1));
        } else if (path.startsWith(file) && files.containsKey(path.substring(file.length()))) {
            resolve(exchange, path.substring(file.length()));
        } else {
            refuse(exchange, 401, "RepoNotFound", "Repository not found");
        }
    }

    private void resolve(HttpExchange exchange, String file) throws IOException, InterruptedException {
        byte[] content = Objects.requireNonNull(files.get(file));
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (isLarge(file)) {
            exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(content) + "\"");
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            "http://127.0.0.1:" + store.getAddress().getPort() + "/blobs/" + sha256(content)
                                    + "?signature=abc");
            exchange.sendResponseHeaders(302, -1);
        } else if (!special(file, content, exchange)) {
            exchange.getResponseHeaders().set("ETag", "\"" + gitBlob(content) + "\"");
            send(exchange, 200, content);
        }
    }

    private void answerBlob(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        requests.add(new Request(true, exchange.getRequestMethod(), path, exchange.getRequestHeaders()));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (isLarge(file.getKey()) && path.equals("/blobs/" + sha256(file.getValue()))) {
                if (!special(file.getKey(), file.getValue(), exchange)) {
                    ranged(exchange, file.getValue());
                }
                return;
            }
        }
        send(exchange, 404, new byte[0]);
    }

    /** As blob stores do: from where it was asked for, or 416. */
    public static void ranged(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        exchange.getResponseHeaders().set("ETag", "\"" + content.length + "\"");
        if (range == null) {
            send(exchange, 200, content);
            return;
        }
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (from >= content.length) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            send(exchange, 416, new byte[0]);
            return;
        }
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
    }

    /** An answer. */
    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
        }
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Says how much comes, sends less, and ends the connection. */
    public static void cut(HttpExchange exchange, byte[] content, int after) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, after);
        exchange.getResponseBody().flush();
    }

    /** Sends in so many parts, some 25 ms apart. */
    public void drip(HttpExchange exchange, byte[] content, int parts) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, content.length);
        int part = Math.ceilDiv(content.length, parts);
        for (int from = 0; from < content.length && !closed.await(25, TimeUnit.MILLISECONDS); from += part) {
            exchange.getResponseBody().write(content, from, Math.min(part, content.length - from));
            exchange.getResponseBody().flush();
        }
    }

    /** Sends without end. */
    public static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] zeros = new byte[65_536];
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                out.write(zeros);
            }
        }
    }

    /** A refusal in the hub's own headers. */
    public static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getResponseHeaders().set("X-Error-Code", code);
        exchange.getResponseHeaders().set("X-Error-Message", message);
        send(exchange, status, ("{\"error\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    /** What the hub says of its repository. */
    public byte[] listing() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("id", repository).put("sha", COMMIT).put("gated", false);
        var siblings = root.putArray("siblings");
        files.forEach((path, content) -> {
            ObjectNode file = siblings.addObject().put("rfilename", path).put("size", content.length);
            if (isLarge(path)) {
                file.put("blobId", gitBlob(("pointer to " + path).getBytes(StandardCharsets.UTF_8)));
                file.putObject("lfs")
                        .put("sha256", sha256(content))
                        .put("size", content.length)
                        .put("pointerSize", 134);
            } else {
                file.put("blobId", gitBlob(content));
            }
        });
        return JsonMapper.shared().writeValueAsBytes(root);
    }

    /** In hexadecimal digits. */
    public static String sha256(byte[] content) {
        return hex("SHA-256", new byte[0], content);
    }

    /** The id that git gives to a file. */
    public static String gitBlob(byte[] content) {
        return hex("SHA-1", ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII), content);
    }

    private static String hex(String algorithm, byte[] head, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(head);
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
