import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Trains the JVM's ahead-of-time cache (JEP 514): {@code java Train.java PICTURE CACHE COMMAND…} runs the service as it will
 * run, asks it what clients ask, sees that the answers are right, and stops it; the JVM then writes the cache.
 */
public final class Train {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Enough for the JVM to see which methods matter. */
    private static final int ROUNDS = 20;

    /** What a JVM exits with that was asked to stop by SIGTERM. */
    private static final int TERMINATED = 143;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service = URI.create("http://localhost:8080");

    private Train() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        byte[] picture = Files.readAllBytes(Path.of(arguments[0]));
        Path cache = Path.of(arguments[1]);
        List<String> command = new ArrayList<>(Stream.of(arguments).skip(2).toList());
        command.add(1, "-XX:AOTCacheOutput=" + cache);
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            new Train().exercise(process, picture);
        } finally {
            process.destroy();
        }
        int code = process.waitFor();
        if (code != TERMINATED || !Files.exists(cache)) {
            throw new IllegalStateException("the service ended with " + code + ", and the cache was not written");
        }
    }

    private void exercise(Process process, byte[] png) throws IOException, InterruptedException {
        awaitReady(process);
        byte[] jpeg = jpeg(png);
        for (int round = 0; round < ROUNDS; round++) {
            // Other bytes each time: a picture that was seen before is not decoded again.
            byte[] unseen = numbered(png, round);
            requireFlower(post("/classify?labels=sunflower,motorcycle,whale", "application/octet-stream", unseen));
            requireFlower(post("/classify?labels=sunflower,whale,round" + round, "image/jpeg", numbered(jpeg, round)));
            requireFlower(post("/classify", "multipart/form-data; boundary=b", form(unseen)));
            requireFlower(post("/classify", "application/json", json(unseen)));
            send(HttpRequest.newBuilder(service.resolve("/actuator/prometheus")).GET());
        }
    }

    private void awaitReady(Process process) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                var ask = HttpRequest.newBuilder(service.resolve("/actuator/health/readiness"));
                if (http.send(ask.build(), BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (ConnectException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("the service did not become ready");
    }

    private String post(String path, String type, byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(service.resolve(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer + ": " + answer.body());
        }
        return answer.body();
    }

    private static void requireFlower(String answer) {
        if (!answer.contains("\"predictions\":[{\"label\":\"sunflower\"")) {
            throw new IllegalStateException("this is a sunflower, but the answer is " + answer);
        }
    }

    /** Decoders stop at a picture's end, so a byte after it changes nothing but the content's hash. */
    private static byte[] numbered(byte[] picture, int number) {
        byte[] numbered = java.util.Arrays.copyOf(picture, picture.length + 1);
        numbered[picture.length] = (byte) number;
        return numbered;
    }

    private static byte[] jpeg(byte[] png) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage opaque = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(picture, 0, 0, null);
        var out = new ByteArrayOutputStream();
        ImageIO.write(opaque, "jpeg", out);
        return out.toByteArray();
    }

    private static byte[] form(byte[] picture) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("--b\r\nContent-Disposition: form-data; name=\"labels\"\r\n\r\nsunflower,car\r\n".getBytes());
        out.writeBytes("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n".getBytes());
        out.writeBytes(picture);
        out.writeBytes("\r\n--b--\r\n".getBytes());
        return out.toByteArray();
    }

    private static byte[] json(byte[] picture) {
        String image = Base64.getEncoder().encodeToString(picture);
        return ("{\"images\":[{\"base64\":\"" + image + "\"}],\"labels\":[\"sunflower\",\"a boat\"]}").getBytes();
    }
}
