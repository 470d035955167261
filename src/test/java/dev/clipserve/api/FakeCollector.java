package dev.clipserve.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes spans as an OpenTelemetry collector does: OTLP over HTTP, in protobuf. */
final class FakeCollector implements AutoCloseable {

    private final BlockingQueue<List<Span>> arriving = new LinkedBlockingQueue<>();
    private final List<Span> arrived = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final HttpServer server;

    FakeCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    String endpoint() {
        return "http://localhost:" + server.getAddress().getPort() + "/v1/traces";
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        synchronized (bytes) {
            bytes.writeBytes(body);
        }
        arriving.add(ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList());
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    /** The spans of a trace, as soon as the service's own first one, which ends last, is among them. */
    List<Span> trace(String traceId) throws InterruptedException {
        while (arrived.stream()
                .noneMatch(span -> isOf(traceId, span) && span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)) {
            List<Span> next = arriving.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no trace " + traceId + " came");
            }
            arrived.addAll(next);
        }
        return arrived.stream().filter(span -> isOf(traceId, span)).toList();
    }

    /** All that came until now, of whatever trace. */
    List<Span> all() {
        for (List<Span> next = arriving.poll(); next != null; next = arriving.poll()) {
            arrived.addAll(next);
        }
        return List.copyOf(arrived);
    }

    /** The bytes of all that came until now, with a character for each. */
    String raw() {
        synchronized (bytes) {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isOf(String traceId, Span span) {
        return hex(span.getTraceId().toByteArray()).equals(traceId);
    }

    static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
