package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.ClipServeApplication;
import dev.clipserve.api.ServiceClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** The service without Redis: where it is not wanted, and where it is wanted and not there. */
@ExtendWith(OutputCaptureExtension.class)
class RedisAwayHttpTest {

    private static int closedPort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void start_storeIsAFolder_nothingOfRedisIsThere() {
        try (var context = SpringApplication.run(ClipServeApplication.class, "--server.port=0")) {
            assertThat(context.getBeansOfType(RedisConnectionFactory.class)).isEmpty();
            assertThat(context.getBeanDefinitionNames())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("redis"));
        }
    }

    @Test
    void start_redisNotThere_servesWhatNeedsNoStore(CapturedOutput output) throws IOException {
        int port = closedPort();
        try (RedisReplica replica = RedisReplica.start(port)) {
            ServiceClient client = replica.client();
            assertThat(output)
                    .containsPattern(
                            "Redis cannot be reached: .*Unable to connect to .*:" + port + ".*Connection refused");

            assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(replica.readinessParts()).containsExactlyInAnyOrder("canary", "readinessState", "runs");
            assertThat(replica.redisHealth()).isEqualTo(Status.DOWN);
            assertThat(client.raw(FLOWER, "labels=sunflower,whale").probability("sunflower"))
                    .isGreaterThan(0.99);
            assertThat(client.raw(FLOWER, "label_set=cifar-10").status()).isEqualTo(200);

            assertUnavailable(client.raw(FLOWER, "label_set=pets"));
            assertUnavailable(client.get("/label-sets/pets"));
            assertUnavailable(client.put("/label-sets/pets", "{\"labels\":[\"cat\"]}"));
            assertUnavailable(client.delete("/label-sets/pets"));
        }
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo(ProblemType.LABEL_SET_STORE_UNAVAILABLE.slug());
        // No address: that is for the log.
        assertThat(answer.detail())
                .isEqualTo("The store of label sets is not available: Redis does not accept connections");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }
}
