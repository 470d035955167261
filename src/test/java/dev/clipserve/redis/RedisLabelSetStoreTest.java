package dev.clipserve.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.clipserve.labels.LabelSet;
import dev.clipserve.labels.LabelSet.Entry;
import dev.clipserve.labels.LabelSetException;
import dev.clipserve.labels.LabelSetException.Reason;
import dev.clipserve.labels.LabelSetStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The store on real servers: alone, with a password, as a cluster, full, hanging, dead and back. */
@Tag("redis")
@ExtendWith(OutputCaptureExtension.class)
class RedisLabelSetStoreTest {

    private static final Optional<String> NOTHING = Optional.empty();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String DEFINITIONS = "clipserve:{label-sets}:definitions";
    private static final String VERSIONS = "clipserve:{label-sets}:versions";
    private static final String KEY = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private RedisServer server(String... options) throws IOException {
        RedisServer server = RedisServer.start(folder, options);
        open.add(server);
        return server;
    }

    private LabelSetStore store(RedisServer server) {
        return store(RedisConnections.to(server));
    }

    private LabelSetStore store(RedisConnections connections) {
        open.add(connections);
        return new RedisLabelSetStore(connections.factory(), "clipserve:");
    }

    private static LabelSet pets(String... labels) {
        return new LabelSet("pets", NOTHING, Stream.of(labels).map(Entry::of).toList(), List.of(), NOTHING);
    }

    private static void assertUnavailable(ThrowingCallable work, String reason) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        LabelSetException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_UNAVAILABLE))
                .hasMessageContaining(reason);
    }

    @Test
    void empty_store_hasNothing() throws IOException {
        LabelSetStore store = store(server());

        assertThat(store.isShared()).isTrue();
        assertThat(store.versions()).isEmpty();
        assertThat(store.find("pets")).isEmpty();
        assertThat(store.hasEmbeddings(KEY)).isFalse();
        assertThat(store.findEmbeddings(KEY)).isEmpty();
        store.removeEmbeddings(KEY);
    }

    @Test
    void put_set_isThereForOthers() throws IOException {
        RedisServer server = server();
        LabelSet pets = new LabelSet(
                "pets",
                Optional.of("at home, 家で"),
                List.of(Entry.of("Katze"), new Entry("dog", List.of("a dog", "ein Hund"))),
                List.of("a photo of a {}.", "{}"),
                Optional.of("something else"));

        assertThat(store(server).put(pets, NOTHING)).isTrue();

        LabelSetStore other = store(server);
        assertThat(other.find("pets")).contains(pets);
        assertThat(other.versions()).isEqualTo(Map.of("pets", pets.version()));
    }

    @Test
    void put_otherVersionThanExpected_changesNothing() throws IOException {
        LabelSetStore store = store(server());
        assertThat(store.put(pets("cat"), Optional.of(pets("dog").version()))).isFalse();
        assertThat(store.put(pets("cat"), NOTHING)).isTrue();

        assertThat(store.put(pets("dog"), NOTHING)).isFalse();
        assertThat(store.put(pets("dog"), Optional.of("other"))).isFalse();
        assertThat(store.find("pets")).contains(pets("cat"));
        assertThat(store.put(pets("dog"), Optional.of(pets("cat").version()))).isTrue();
        assertThat(store.find("pets")).contains(pets("dog"));
        assertThat(store.versions()).isEqualTo(Map.of("pets", pets("dog").version()));
    }

    @Test
    void delete_onlyOfTheExpectedVersion() throws IOException {
        LabelSetStore store = store(server());
        store.put(pets("cat"), NOTHING);

        assertThat(store.delete("pets", "other")).isFalse();
        assertThat(store.delete("none", "other")).isFalse();
        assertThat(store.delete("pets", pets("cat").version())).isTrue();
        assertThat(store.find("pets")).isEmpty();
        assertThat(store.versions()).isEmpty();
    }

    @Test
    void put_byManyAtOnceThroughTwoStores_onlyOneReplacesEachVersion() throws Exception {
        RedisServer server = server();
        LabelSetStore one = store(server);
        LabelSetStore other = store(server);
        one.put(pets("0"), NOTHING);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            LabelSet set = pets("label " + i);
            LabelSetStore through = i % 2 == 0 ? one : other;
            writers.add(() -> through.put(set, Optional.of(pets("0").version())));
        }

        int won = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                won += writer.get() ? 1 : 0;
            }
        }

        assertThat(won).isEqualTo(1);
        String version = one.find("pets").orElseThrow().version();
        assertThat(one.versions()).isEqualTo(Map.of("pets", version));
    }

    @Test
    void find_damagedDefinition_countsAsNoneIsToldOnceAndCanBeReplaced(CapturedOutput output) throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);
        // Bytes that are no UTF-8, either.
        assertThat(server.ask("HSET " + DEFINITIONS + " pets \"{\\xff\\xfe\"")).isEqualTo(":0");

        assertThat(store.find("pets")).isEmpty();
        assertThat(store.find("pets")).isEmpty();
        assertThat(output.getOut().split("Field pets of .* holds no label set and is ignored: ", -1))
                .hasSize(2);
        assertThat(store.delete("pets", pets("cat").version())).isFalse();
        assertThat(store.put(pets("dog"), NOTHING)).isTrue();
        assertThat(store.find("pets")).contains(pets("dog"));
    }

    @Test
    void versions_fieldThatIsNoName_isLeftOut() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);
        server.ask("HSET " + VERSIONS + " NOT/A/NAME x");

        assertThat(store.versions()).containsOnlyKeys("pets");
    }

    @Test
    void put_whereVersionsAreSomethingElse_changesNothing() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        server.ask("SET " + VERSIONS + " text");

        assertUnavailable(() -> store.put(pets("cat"), NOTHING), "WRONGTYPE");
        assertUnavailable(store::versions, "WRONGTYPE");
        assertThat(server.ask("HLEN " + DEFINITIONS)).isEqualTo(":0");
        server.ask("DEL " + VERSIONS);

        assertThat(store.put(pets("cat"), NOTHING)).isTrue();
    }

    @Test
    void embeddings_ofAllByteValues_comeBackAndGo() throws IOException {
        LabelSetStore store = store(server());
        byte[] content = new byte[100_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) i;
        }

        store.putEmbeddings(KEY, content);

        assertThat(store.hasEmbeddings(KEY)).isTrue();
        assertThat(store.findEmbeddings(KEY)).contains(content);
        store.removeEmbeddings(KEY);
        assertThat(store.hasEmbeddings(KEY)).isFalse();
    }

    @Test
    void embeddings_nobodyReads_expire() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        String place = "clipserve:embeddings:" + KEY;
        int kept = (int) RedisLabelSetStore.EMBEDDINGS_KEPT.toSeconds();
        store.putEmbeddings(KEY, new byte[1]);
        assertThat(secondsLeft(server, place)).isBetween(1001, kept);
        server.ask("EXPIRE " + place + " 1000");

        store.findEmbeddings(KEY);

        assertThat(secondsLeft(server, place)).isBetween(1001, kept);
        store.put(pets("cat"), NOTHING);
        assertThat(secondsLeft(server, DEFINITIONS)).isEqualTo(-1);
        assertThat(secondsLeft(server, VERSIONS)).isEqualTo(-1);
    }

    private static int secondsLeft(RedisServer server, String key) throws IOException {
        return Integer.parseInt(server.ask("TTL " + key).substring(1));
    }

    @Test
    void embeddings_keyThatHoldsSomethingElse_isReplaced() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        server.ask("RPUSH clipserve:embeddings:" + KEY + " a b");

        assertUnavailable(() -> store.findEmbeddings(KEY), "WRONGTYPE");
        store.putEmbeddings(KEY, new byte[] {1});

        assertThat(store.findEmbeddings(KEY)).contains(new byte[] {1});
    }

    @Test
    void prefix_other_isAnotherStore() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        RedisConnections connections = RedisConnections.to(server);
        open.add(connections);
        var other = new RedisLabelSetStore(connections.factory(), "other:");
        store.put(pets("cat"), NOTHING);
        store.putEmbeddings(KEY, new byte[1]);

        assertThat(other.versions()).isEmpty();
        assertThat(other.hasEmbeddings(KEY)).isFalse();
    }

    @Test
    void server_killed_isToldAtOnceAndUsedWhenItIsBackWithWhatItHad() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);

        server.kill();
        assertUnavailable(store::versions, "Redis");
        assertUnavailable(() -> store.put(pets("dog"), NOTHING), "Redis");
        assertUnavailable(() -> store.findEmbeddings(KEY), "Redis");
        server.start();

        assertBack(store);
        assertThat(store.find("pets")).contains(pets("cat"));
    }

    @Test
    void server_backWithoutWhatItHad_isAnEmptyStore() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);
        server.kill();
        server.lose();
        server.start();

        assertBack(store);
        assertThat(store.versions()).isEmpty();
        // Redis has forgotten the scripts, too.
        assertThat(store.put(pets("cat"), NOTHING)).isTrue();
    }

    @Test
    void server_frozen_timesOutAndIsUsedWhenItGoesOn() throws IOException {
        RedisServer server = server();
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);

        server.freeze();
        assertUnavailable(store::versions, "Redis does not answer in time");
        assertUnavailable(() -> store.delete("pets", pets("cat").version()), "Redis does not answer in time");
        server.thaw();

        assertBack(store);
        assertThat(store.delete("pets", pets("cat").version())).isTrue();
    }

    private static void assertBack(LabelSetStore store) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(LabelSetException.class)
                .until(() -> {
                    store.versions();
                    return true;
                });
    }

    @Test
    void server_notThereAtFirst_isUsedOnceItIs() throws IOException {
        RedisServer server = server();
        server.kill();
        LabelSetStore store = store(server);
        assertUnavailable(store::versions, "Redis does not accept connections");
        server.start();

        assertBack(store);
    }

    @Test
    void server_withAPassword_isUsedWithItAndElseSaysSo() throws IOException {
        RedisServer server = server("--requirepass", "open-sesame");

        assertThat(store(RedisConnections.to(server, "open-sesame")).put(pets("cat"), NOTHING))
                .isTrue();
        assertUnavailable(() -> store(RedisConnections.to(server, "wrong")).versions(), "Redis says 'WRONGPASS'");
        assertUnavailable(() -> store(server).versions(), "Redis says 'NOAUTH'");
    }

    @Test
    void server_full_refusesAndKeepsWhatItHas(CapturedOutput output) throws IOException {
        RedisServer server = server("--maxmemory-policy", "noeviction");
        LabelSetStore store = store(server);
        store.put(pets("cat"), NOTHING);
        server.ask("CONFIG SET maxmemory 1");

        assertUnavailable(() -> store.put(pets("dog"), Optional.of(pets("cat").version())), "Redis says 'OOM'");
        assertUnavailable(() -> store.putEmbeddings(KEY, new byte[10]), "Redis says 'OOM'");

        assertThat(store.find("pets")).contains(pets("cat"));
        assertThat(output).containsPattern("Redis refuses: .*OOM command not allowed");
    }

    @Test
    void cluster_hasAllThatASingleServerHas() throws IOException {
        RedisServer server = server("--cluster-enabled", "yes");
        server.ask("CLUSTER ADDSLOTSRANGE 0 16383");
        await().atMost(PATIENCE).until(() -> server.ask("GET x").equals("$-1"));
        LabelSetStore store = store(RedisConnections.toCluster(server));

        assertThat(store.put(pets("cat"), NOTHING)).isTrue();
        assertThat(store.put(pets("dog"), NOTHING)).isFalse();
        assertThat(store.versions()).isEqualTo(Map.of("pets", pets("cat").version()));
        store.putEmbeddings(KEY, "abc".getBytes(StandardCharsets.UTF_8));
        assertThat(store.findEmbeddings(KEY)).contains("abc".getBytes(StandardCharsets.UTF_8));
        store.removeEmbeddings(KEY);
        assertThat(store.hasEmbeddings(KEY)).isFalse();
        assertThat(store.delete("pets", pets("cat").version())).isTrue();
    }

    @Test
    void use_afterTheConnectionsAreClosed_saysThatTheServiceIsStopping() throws Exception {
        RedisConnections connections = RedisConnections.to(server());
        LabelSetStore store = store(connections);
        store.versions();
        connections.close();

        assertUnavailable(store::versions, "the service is stopping");
    }
}
