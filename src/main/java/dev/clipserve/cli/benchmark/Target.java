package dev.clipserve.cli.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What is asked: one image a request, with the same labels. Safe for concurrent use. */
public final class Target implements AutoCloseable {

    /** The answer of a request that went well. */
    public static final String OK = "200";

    private final HttpClient http;
    private final HttpRequest template;
    private final List<byte[]> images;
    private final boolean repeat;

    /** What this run of the program puts behind its images: the service may remember those of an earlier run. */
    private final long run = ThreadLocalRandom.current().nextLong();

    /**
     * A target.
     *
     * @param uri with the labels in its query
     * @param key an API key, where the service wants one
     * @param timeout of one request
     * @param images their bytes, in turn
     * @param repeat whether the same bytes may be sent again, so that a service that remembers them does no work;
     *     otherwise each request has other bytes behind the image's end, which decoders skip
     */
    public Target(URI uri, Optional<String> key, Duration timeout, List<byte[]> images, boolean repeat) {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.noBody());
        key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        this.template = request.build();
        this.images = List.copyOf(images);
        this.repeat = repeat;
    }

    /** Sends the request of this number, and says what came of it: a status and problem type, or a fault. */
    String ask(long number) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(template, (name, value) -> true)
                .POST(BodyPublishers.ofByteArray(body(number)))
                .build();
        try {
            return name(http.send(request, BodyHandlers.ofString()));
        } catch (HttpTimeoutException e) {
            return "timeout";
        } catch (IOException e) {
            return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
    }

    private byte[] body(long number) {
        byte[] image = images.get((int) (number % images.size()));
        if (repeat) {
            return image;
        }
        byte[] body = Arrays.copyOf(image, image.length + 2 * Long.BYTES);
        ByteBuffer.wrap(body, image.length, 2 * Long.BYTES).putLong(run).putLong(number);
        return body;
    }

    private static String name(HttpResponse<String> answer) {
        if (answer.statusCode() == 200) {
            return OK;
        }
        return (answer.statusCode() + " " + problem(answer.body())).strip();
    }

    /** The last part of a problem's type; nothing where the body is no problem. */
    private static String problem(String body) {
        try {
            String type = JsonMapper.shared().readTree(body).path("type").asString("");
            return type.substring(type.lastIndexOf('/') + 1);
        } catch (JacksonException e) {
            return "";
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
