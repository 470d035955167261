package dev.clipserve.api;

import dev.clipserve.ClipServeApplication;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** A service of its own that keeps label sets in Redis, and waits for encodings however long they take. */
final class RedisReplica implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final ServiceClient client;

    private RedisReplica(ConfigurableApplicationContext context) {
        this.context = context;
        this.client = new ServiceClient(
                context.getBean(Environment.class).getRequiredProperty("local.server.port", Integer.class));
    }

    static RedisReplica start(int redisPort, String... more) {
        List<String> arguments = List.of(
                "--server.port=0",
                // The texts that are encoded are counted.
                "--clipserve.canary.interval=0",
                "--clipserve.label-sets.store=redis",
                "--spring.data.redis.port=" + redisPort,
                "--clipserve.label-sets.wait=1h",
                "--clipserve.limits.max-time=1h");
        return new RedisReplica(SpringApplication.run(
                ClipServeApplication.class,
                Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new)));
    }

    ServiceClient client() {
        return client;
    }

    /** Its list of sets, with their versions. */
    JsonNode list() {
        return client.get("/label-sets").json();
    }

    /** The names of the sets that it takes to be stored. */
    List<String> stored() {
        return list().path("label_sets")
                .valueStream()
                .filter(set -> set.path("source").asString().equals("stored"))
                .map(set -> set.path("name").asString())
                .toList();
    }

    /** How many texts went to its text encoder so far. */
    long encodedTexts() {
        return context.getBean(MeterRegistry.class)
                .get("clipserve.queue.wait")
                .tag("queue", "text")
                .timer()
                .count();
    }

    /** Its own way to Redis, past the store. */
    StringRedisTemplate redis() {
        return context.getBean(StringRedisTemplate.class);
    }

    /** Where the store keeps encodings. */
    Set<String> encodings() {
        return redis().keys("clipserve:embeddings:*");
    }

    /** What its health says of Redis. */
    Status redisHealth() {
        var health = context.getBean(HealthEndpoint.class).healthForPath("redis");
        return Objects.requireNonNull(health, "no such part").getStatus();
    }

    /** The parts of its readiness. */
    List<String> readinessParts() {
        JsonNode readiness = client.get("/actuator/health/readiness").json();
        return List.copyOf(readiness.path("components").propertyNames());
    }

    @Override
    public void close() {
        context.close();
    }
}
