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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A load balancer as small as can be: passes POST requests on in turn, repeats none, and counts who answered. */
final class Balancer implements AutoCloseable {

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Integer> backends = new ArrayList<>();
    private final Map<Integer, Integer> underWay = new HashMap<>();
    private final Map<Integer, Integer> answered = new HashMap<>();
    private int turn;

    Balancer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    synchronized void add(int backend) {
        backends.add(backend);
    }

    /**
     * Sends nothing new there, and returns when what was sent there has been answered: what the pause before SIGTERM is
     * for where the balancer is told of an end at the same moment as the instance.
     */
    synchronized void drain(int backend) throws InterruptedException {
        backends.remove(Integer.valueOf(backend));
        while (underWay.getOrDefault(backend, 0) > 0) {
            wait();
        }
    }

    /** How many requests a backend has answered. */
    synchronized int answeredBy(int backend) {
        return answered.getOrDefault(backend, 0);
    }

    private synchronized int begin() {
        int backend = backends.get(Math.floorMod(turn++, backends.size()));
        underWay.merge(backend, 1, Integer::sum);
        return backend;
    }

    private synchronized void end(int backend) {
        underWay.merge(backend, -1, Integer::sum);
        answered.merge(backend, 1, Integer::sum);
        notifyAll();
    }

    private void pass(HttpExchange exchange) throws IOException {
        int backend = begin();
        try (exchange) {
            URI target = URI.create("http://localhost:" + backend + exchange.getRequestURI());
            var request = HttpRequest.newBuilder(target)
                    .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
                    .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
            answer(exchange, request.build());
        } finally {
            end(backend);
        }
    }

    private void answer(HttpExchange exchange, HttpRequest request) throws IOException {
        try {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (IOException e) {
            byte[] reason = (request.uri() + ": " + e).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(502, reason.length);
            exchange.getResponseBody().write(reason);
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
