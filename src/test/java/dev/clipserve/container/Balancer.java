package dev.clipserve.container;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A load balancer as small as can be: passes POST requests on in turn, repeats none, and counts who answered. */
final class Balancer implements AutoCloseable {

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Integer> backends = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Integer, Integer> answered = new ConcurrentHashMap<>();

    Balancer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void add(int backend) {
        backends.add(backend);
    }

    /** From now on nothing new goes there; what is under way goes on. */
    void remove(int backend) {
        backends.remove(Integer.valueOf(backend));
    }

    /** How many requests a backend has answered. */
    int answeredBy(int backend) {
        return answered.getOrDefault(backend, 0);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Object[] current = backends.toArray();
            int backend = (int) current[Math.floorMod(turn.getAndIncrement(), current.length)];
            URI target = URI.create("http://localhost:" + backend + exchange.getRequestURI());
            var request = HttpRequest.newBuilder(target)
                    .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
                    .POST(BodyPublishers.ofByteArray(body));
            answer(exchange, backend, request.build());
        }
    }

    private void answer(HttpExchange exchange, int backend, HttpRequest request) throws IOException {
        try {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            answered.merge(backend, 1, Integer::sum);
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException e) {
            exchange.sendResponseHeaders(502, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.sendResponseHeaders(503, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
