package dev.clipserve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two instances behind a balancer, replaced one by one while clients keep asking. */
@NeedsContainers
class RollingUpdateTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int CLIENTS = 4;

    /** What each instance has to answer before the update goes on, so that it takes place under load. */
    private static final int SHARE = 20;

    @Test
    void update_underLoad_failsNoRequest() throws Exception {
        try (var balancer = new Balancer();
                var firstOld = started(balancer);
                var secondOld = started(balancer)) {
            try (var clients = new Clients(balancer.port());
                    var firstNew = replaced(firstOld, balancer);
                    var secondNew = replaced(secondOld, balancer)) {
                awaitShares(balancer, List.of(firstNew, secondNew));
                clients.stop();
                assertThat(clients.asked()).isGreaterThan(4 * SHARE);
                assertThat(clients.failures()).isEmpty();
            }
        }
    }

    /** Clients that ask without a pause until they are stopped, each after the answer to its last. */
    private static final class Clients implements AutoCloseable {

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpClient http = HttpClient.newHttpClient();
        private final AtomicBoolean goingOn = new AtomicBoolean(true);
        private final AtomicInteger asked = new AtomicInteger();
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();

        Clients(int port) {
            for (int i = 0; i < CLIENTS; i++) {
                threads.execute(() -> keepAsking(port));
            }
        }

        int asked() {
            return asked.get();
        }

        Queue<String> failures() {
            return failures;
        }

        /** Returns when the last has its answer. */
        void stop() {
            goingOn.set(false);
            threads.close();
        }

        @Override
        public void close() {
            stop();
            http.close();
        }

        private void keepAsking(int port) {
            while (goingOn.get()) {
                ask(port, asked.incrementAndGet());
            }
        }

        /** With another byte after the picture each time, so that none is answered from the cache. */
        private void ask(int port, int number) {
            byte[] picture = Arrays.copyOf(ServiceClient.FLOWER, ServiceClient.FLOWER.length + Integer.BYTES);
            ByteBuffer.wrap(picture).putInt(ServiceClient.FLOWER.length, number);
            var request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + port + "/classify?labels=sunflower,motorcycle,whale"))
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofByteArray(picture))
                    .build();
            try {
                var answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() != 200
                        || !answer.body().contains("\"predictions\":[{\"label\":\"sunflower\"")) {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add("interrupted");
            }
        }
    }

    private static ServiceContainer started(Balancer balancer) {
        var service = new ServiceContainer();
        service.start();
        balancer.add(service.port());
        return service;
    }

    /** A new instance takes over when it is ready; then nothing new goes to the old one, and it is told to end. */
    private static ServiceContainer replaced(ServiceContainer old, Balancer balancer) throws InterruptedException {
        awaitShares(balancer, List.of(old));
        var successor = started(balancer);
        balancer.drain(old.port());
        old.terminate();
        assertThat(old.awaitEnd()).isEqualTo(143);
        return successor;
    }

    private static void awaitShares(Balancer balancer, List<ServiceContainer> services) {
        await().atMost(PATIENCE)
                .until(() -> services.stream().allMatch(service -> balancer.answeredBy(service.port()) >= SHARE));
    }
}
