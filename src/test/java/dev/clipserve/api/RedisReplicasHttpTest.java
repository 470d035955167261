package dev.clipserve.api;

import static dev.clipserve.api.ServiceClient.FLOWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.clipserve.api.ServiceClient.Answer;
import dev.clipserve.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Two services that share one Redis, and what becomes of them when it hangs, dies and comes back. */
@Tag("redis")
@ExtendWith(OutputCaptureExtension.class)
class RedisReplicasHttpTest {

    private static final String PETS = "{\"labels\":[\"cat\",\"dog\",{\"label\":\"owl\",\"prompts\":[\"a bird\"]}]}";
    private static final String BIRDS = "{\"labels\":[\"owl\",\"duck\"],\"templates\":[\"openai-7\"]}";

    @TempDir
    private static Path folder;

    private static RedisServer server;
    private static RedisReplica one;
    private static RedisReplica two;

    @BeforeAll
    static void start() throws IOException {
        server = RedisServer.start(folder);
        one = RedisReplica.start(server.port());
        two = RedisReplica.start(server.port());
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        server.close();
    }

    @BeforeEach
    void startWithOneSet() {
        for (RedisReplica replica : List.of(one, two)) {
            // An earlier test may have had Redis away.
            eventually(() -> assertThat(replica.client().get("/label-sets/none").status())
                    .isEqualTo(404));
        }
        for (String name : one.stored()) {
            assertThat(one.client().delete("/label-sets/" + name).status()).isIn(204, 404);
        }
        assertThat(one.client().put("/label-sets/pets", PETS).status()).isEqualTo(201);
        assertThat(one.stored()).containsExactly("pets");
        eventually(() -> assertThat(two.list()).isEqualTo(one.list()));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofMinutes(5)).untilAsserted(assertion);
    }

    private static String classify(RedisReplica replica) {
        Answer answer = replica.client().raw(FLOWER, "label_set=pets");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo(ProblemType.LABEL_SET_STORE_UNAVAILABLE.slug());
        assertThat(answer.detail()).startsWith("The store of label sets is not available: Redis ");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void put_onOne_isLoadedByTheOtherWithoutEncodingAndGivesTheSameBits() {
        long before = two.encodedTexts();

        assertThat(classify(two)).isEqualTo(classify(one));

        assertThat(two.encodedTexts()).isEqualTo(before);
        assertThat(one.encodedTexts()).isPositive();
    }

    @Test
    void put_onTheOther_replacesWhatTheFirstHasLoaded() {
        String before = classify(one);

        assertThat(two.client().put("/label-sets/pets", BIRDS).status()).isEqualTo(200);

        eventually(() -> assertThat(classify(one)).isNotEqualTo(before));
        assertThat(classify(one)).isEqualTo(classify(two)).contains("\"duck\"");
    }

    @Test
    void delete_onOne_isSeenByTheOther() {
        classify(two);

        assertThat(one.client().delete("/label-sets/pets").status()).isEqualTo(204);

        eventually(() -> assertThat(two.stored()).isEmpty());
        assertThat(two.client().raw(FLOWER, "label_set=pets").status()).isEqualTo(404);
        assertThat(two.client().get("/label-sets/pets").status()).isEqualTo(404);
    }

    @Test
    void put_byManyOnBothWithTheSameIfMatch_oneWins() throws Exception {
        String etag = one.client()
                .get("/label-sets/pets")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        List<Callable<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            ServiceClient client = (i % 2 == 0 ? one : two).client();
            String set = "{\"labels\":[\"thing " + i + "\"]}";
            writers.add(
                    () -> client.put("/label-sets/pets", set, "If-Match", etag).status());
        }

        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> writer : threads.invokeAll(writers)) {
                statuses.add(writer.get());
            }
        }

        assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    }

    @Test
    void change_encodingsThatNoSetNeeds_areRemoved() {
        assertThat(one.encodings()).hasSize(1);

        one.client().put("/label-sets/twin", PETS);
        one.client().put("/label-sets/pets", BIRDS);
        assertThat(one.encodings()).hasSize(2);
        one.client().delete("/label-sets/twin");
        assertThat(one.encodings()).hasSize(1);
        one.client().delete("/label-sets/pets");

        assertThat(one.encodings()).isEmpty();
    }

    @Test
    void health_tellsOfRedisOutsideOfReadiness() {
        assertThat(one.redisHealth()).isEqualTo(Status.UP);
        assertThat(one.readinessParts()).containsExactlyInAnyOrder("canary", "readinessState", "runs");
    }

    @Test
    void redis_hangs_loadedSetsAnswerWritesAreRefusedAndAllGoesOnAfterwards() throws IOException {
        String loaded = classify(one);
        assertThat(classify(two)).isEqualTo(loaded);

        server.freeze();
        assertAllButTheStoreWorks(loaded);
        server.thaw();

        eventually(() -> assertThat(two.client().put("/label-sets/birds", BIRDS).status())
                .isEqualTo(201));
        eventually(() -> assertThat(one.stored()).containsExactly("birds", "pets"));
    }

    @Test
    void redis_diesAndComesBackWithWhatItHad_allGoesOn() throws IOException {
        String loaded = classify(one);
        assertThat(classify(two)).isEqualTo(loaded);

        server.kill();
        assertAllButTheStoreWorks(loaded);
        server.start();

        eventually(() ->
                assertThat(two.client().delete("/label-sets/pets").status()).isEqualTo(204));
        eventually(() -> assertThat(one.stored()).isEmpty());
        eventually(() ->
                assertThat(one.client().put("/label-sets/pets", PETS).status()).isEqualTo(201));
        assertThat(classify(one)).isEqualTo(loaded);
    }

    private static void assertAllButTheStoreWorks(String loaded) {
        for (RedisReplica replica : List.of(one, two)) {
            ServiceClient client = replica.client();
            assertThat(classify(replica)).isEqualTo(loaded);
            assertUnavailable(client.put("/label-sets/birds", BIRDS));
            assertUnavailable(client.put("/label-sets/pets", BIRDS));
            assertUnavailable(client.delete("/label-sets/pets"));
            assertUnavailable(client.get("/label-sets/pets"));
            assertThat(classify(replica)).isEqualTo(loaded);
            assertThat(replica.stored()).containsExactly("pets");
            assertThat(client.raw(FLOWER, "labels=sunflower,whale").status()).isEqualTo(200);
            assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(replica.redisHealth()).isEqualTo(Status.DOWN);
        }
    }

    @Test
    void redis_comesBackEmpty_setsAreGoneAndCanBePutAgain() throws IOException {
        String loaded = classify(one);
        classify(two);

        server.kill();
        server.lose();
        server.start();

        for (RedisReplica replica : List.of(one, two)) {
            eventually(() -> assertThat(replica.stored()).isEmpty());
            assertThat(replica.client().raw(FLOWER, "label_set=pets").status()).isEqualTo(404);
        }
        assertThat(two.client().put("/label-sets/pets", PETS).status()).isEqualTo(201);
        eventually(() -> assertThat(classify(one)).isEqualTo(loaded));
    }

    @Test
    void start_whileRedisIsDown_findsItsSetsOnceItIsThere() throws IOException {
        String loaded = classify(one);
        server.kill();
        try (RedisReplica late = RedisReplica.start(server.port())) {
            assertThat(late.stored()).isEmpty();
            assertThat(late.client().raw(FLOWER, "label_set=cifar-10").status()).isEqualTo(200);
            server.start();

            eventually(() -> assertThat(late.stored()).containsExactly("pets"));
            assertThat(classify(late)).isEqualTo(loaded);
        }
        eventually(() -> assertThat(one.redisHealth()).isEqualTo(Status.UP));
    }

    @Test
    void start_damagedValues_areToldIgnoredAndMended(CapturedOutput output) {
        String loaded = classify(one);
        String place = one.encodings().iterator().next();
        one.redis().opsForValue().set(place, "no encoding");
        one.redis().opsForHash().put("clipserve:{label-sets}:definitions", "broken", "no definition");
        one.redis().opsForHash().put("clipserve:{label-sets}:versions", "broken", "0");

        try (RedisReplica fresh = RedisReplica.start(server.port())) {
            assertThat(classify(fresh)).isEqualTo(loaded);
            assertThat(fresh.encodedTexts()).isPositive();
            assertThat(fresh.stored()).containsExactly("pets");
            assertThat(output)
                    .contains("are damaged and are encoded anew: it has only 11 bytes")
                    .contains("Field broken of clipserve:{label-sets}:definitions holds no label set and is ignored");
        }

        assertThat(one.redis().opsForValue().size(place)).isGreaterThan(11);
        assertThat(one.client().put("/label-sets/broken", BIRDS).status()).isEqualTo(201);
    }

    @Test
    void start_withAUrlThatHasAPassword_usesIt(@TempDir Path elsewhere) throws IOException {
        try (RedisServer locked = RedisServer.start(elsewhere, "--requirepass", "open-sesame");
                RedisReplica replica = RedisReplica.start(
                        1, "--spring.data.redis.url=redis://:open-sesame@localhost:" + locked.port())) {
            assertThat(replica.client().put("/label-sets/pets", PETS).status()).isEqualTo(201);
            assertThat(classify(replica)).isEqualTo(classify(one));
        }
    }
}
