package dev.clipserve.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks HTTP to the service under test, and holds every answer against the contract. */
public final class ServiceClient {

    /** A picture of a sunflower that the repository ships. */
    public static final byte[] FLOWER = read(Path.of("models/mini-clip/canary.png"));

    private static final Contract CONTRACT = new Contract();
    private static final String BOUNDARY = "the-boundary";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    /** A client of the service that listens there on this machine. */
    public ServiceClient(int port) {
        this.port = port;
    }

    /** An answer, already found to be as documented. */
    public record Answer(int status, HttpHeaders headers, String body) {

        /** Its body. */
        public JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        /** The problem's type without the path before it. */
        public String problem() {
            return json().path("type").asString().replace("/problems/", "");
        }

        String detail() {
            return json().path("detail").asString();
        }

        /** The prediction of a label, of the first image. */
        JsonNode prediction(String label) {
            return json().at("/results/0/predictions")
                    .valueStream()
                    .filter(prediction -> prediction.path("label").asString().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no label " + label + " in " + body));
        }

        /** The probability of a label, of the first image. */
        public double probability(String label) {
            return prediction(label).path("probability").asDouble();
        }
    }

    int port() {
        return port;
    }

    /** Gets. */
    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** Asks an operation, with an empty object where it takes a body; headers are names and values in turn. */
    Answer ask(Contract.Operation operation, String... headers) {
        boolean takesBody =
                operation.method().equals("POST") || operation.method().equals("PUT");
        HttpRequest.Builder request = request(operation.path())
                .method(operation.method(), takesBody ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
        if (takesBody) {
            request.header("Content-Type", "application/json");
        }
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Gets; headers are names and values in turn. */
    Answer get(String path, String... headers) {
        return send(request(path).headers(headers).GET());
    }

    /** Puts JSON; headers are names and values in turn. */
    public Answer put(String path, String body, String... headers) {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer json(String body) {
        return json("/classify", body);
    }

    Answer json(String path, String body) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /** An image's own bytes; {@code query} is encoded already. */
    public Answer raw(byte[] image, String query) {
        return raw("/classify", image, query);
    }

    Answer raw(String path, byte[] image, String query) {
        return send(request(path + "?" + query)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(image)));
    }

    Answer form(Form form) {
        return form("/classify", form);
    }

    Answer form(String path, Form form) {
        return send(request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(form.bytes())));
    }

    Answer post(String contentType, BodyPublisher body, String query) {
        return send(request("/classify?" + query)
                .header("Content-Type", contentType)
                .POST(body));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    Answer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            CONTRACT.check(
                    request.method(),
                    request.uri().getPath(),
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
            CONTRACT.checkHeaders(
                    request.method(),
                    request.uri().getPath(),
                    response.statusCode(),
                    response.headers().map().keySet());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request + " failed", e);
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    /** A multipart form. */
    static final class Form {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Form file(String name, byte[] content) {
            return part("name=\"" + name + "\"; filename=\"picture\"", content);
        }

        Form field(String name, String value) {
            return field(name, value.getBytes(StandardCharsets.UTF_8));
        }

        Form field(String name, byte[] value) {
            return part("name=\"" + name + "\"", value);
        }

        Form fields(Map<String, String> fields) {
            fields.forEach(this::field);
            return this;
        }

        private Form part(String disposition, byte[] content) {
            out.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.writeBytes(content);
            out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
            return this;
        }

        byte[] bytes() {
            byte[] parts = out.toByteArray();
            byte[] end = ("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
            byte[] all = Arrays.copyOf(parts, parts.length + end.length);
            System.arraycopy(end, 0, all, parts.length, end.length);
            return all;
        }
    }
}
