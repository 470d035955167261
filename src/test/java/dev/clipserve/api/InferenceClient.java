package dev.clipserve.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks models by the Open Inference Protocol, byte by byte, and holds every answer against the contract. */
record InferenceClient(int port) {

    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Contract CONTRACT = new Contract();

    /** An answer: its JSON, and the numbers of its outputs, wherever they were. */
    record Inferred(int status, JsonNode json, Map<String, float[]> outputs) {

        String error() {
            return json.path("error").asString();
        }

        float[] output(String name) {
            return Objects.requireNonNull(outputs.get(name), () -> name + " in " + json);
        }
    }

    /** A request that is JSON only; written with {@code '} for {@code "}. */
    Inferred json(String model, String json) {
        return send(request(model).POST(BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    /** A request with binary data behind its JSON. */
    Inferred binary(String model, String json, byte[]... data) {
        byte[] head = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return send(request(model)
                .header(JSON_LENGTH, String.valueOf(head.length))
                .POST(BodyPublishers.ofByteArray(concatenate(head, concatenate(data)))));
    }

    HttpRequest.Builder request(String model) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v2/models/" + model + "/infer"));
    }

    Inferred send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            return read(request, HTTP.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request + " failed", e);
        }
    }

    private static Inferred read(HttpRequest request, HttpResponse<byte[]> response) {
        byte[] body = response.body();
        int end = response.headers()
                .firstValue(JSON_LENGTH)
                .map(Integer::parseInt)
                .orElse(body.length);
        String head = new String(body, 0, end, StandardCharsets.UTF_8);
        CONTRACT.check(
                request.method(),
                request.uri().getPath(),
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                head);
        CONTRACT.checkHeaders(
                request.method(),
                request.uri().getPath(),
                response.statusCode(),
                response.headers().map().keySet());
        if (response.statusCode() == 200) {
            CONTRACT.checkSchema(CONTRACT.at("/components/schemas/InferenceResponse"), head);
        }
        JsonNode json = JsonMapper.shared().readTree(head);
        return new Inferred(response.statusCode(), json, outputs(json, ByteBuffer.wrap(body, end, body.length - end)));
    }

    private static Map<String, float[]> outputs(JsonNode json, ByteBuffer behind) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        for (JsonNode output : json.path("outputs")) {
            float[] numbers = new float
                    [output.path("shape").path(0).asInt()
                            * output.path("shape").path(1).asInt()];
            JsonNode size = output.at("/parameters/binary_data_size");
            if (size.isMissingNode()) {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = output.path("data").path(i).floatValue();
                }
            } else {
                behind.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
                behind.position(behind.position() + size.asInt());
            }
            outputs.put(output.path("name").asString(), numbers);
        }
        if (behind.hasRemaining()) {
            throw new AssertionError(behind.remaining() + " bytes belong to no output of " + json);
        }
        return outputs;
    }

    /** Each behind its length, as binary data have them. */
    static byte[] elements(byte[]... elements) {
        return concatenate(Arrays.stream(elements)
                .flatMap(element -> Stream.of(littleEndian(element.length), element))
                .toArray(byte[][]::new));
    }

    static byte[] elements(String... texts) {
        return elements(Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] concatenate(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
