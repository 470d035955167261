package dev.clipserve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** Replicas that keep label sets in a Redis beside them. */
@NeedsContainers
class SharedLabelSetsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int REDIS_PORT = 6379;

    @Test
    void put_oneReplica_servesTheSetOnBoth() {
        try (var redis = redis()) {
            redis.start();
            try (var first = replica(redis);
                    var second = replica(redis)) {
                first.start();
                second.start();

                var put = first.client().put("/label-sets/plants", "{\"labels\":[\"sunflower\",\"cactus\"]}");

                assertThat(put.status()).isEqualTo(201);
                await().atMost(PATIENCE).until(() -> classify(second).status() == 200);
                assertThat(classify(second).probability("sunflower"))
                        .isEqualTo(classify(first).probability("sunflower"))
                        .isGreaterThan(0.9);
            }
        }
    }

    private static ServiceClient.Answer classify(ServiceContainer replica) {
        return replica.client().raw(ServiceClient.FLOWER, "label_set=plants");
    }

    private static GenericContainer<?> redis() {
        String image = System.getProperty("clipserve.image.redis", "docker.io/library/redis:8");
        return new GenericContainer<>(image)
                .withCommand("redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "")
                .withExposedPorts(REDIS_PORT)
                .waitingFor(Wait.forLogMessage(".*[Rr]eady to accept connections.*", 1)
                        .withStartupTimeout(PATIENCE));
    }

    /** They meet in the engine's default network, where each has an address. */
    private static ServiceContainer replica(GenericContainer<?> redis) {
        String address = Objects.requireNonNull(redis.getContainerInfo().getNetworkSettings(), "it runs")
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        return new ServiceContainer()
                .withEnv("CLIPSERVE_LABEL_SETS_STORE", "redis")
                .withEnv("CLIPSERVE_LABEL_SETS_WAIT", "1m")
                .withEnv("SPRING_DATA_REDIS_HOST", Objects.requireNonNull(address, "it has one"));
    }
}
