package dev.clipserve.hub;

import static dev.clipserve.hub.HubFixture.LIMITS;
import static dev.clipserve.hub.HubFixture.MODEL;
import static dev.clipserve.hub.HubFixture.TEXT;
import static dev.clipserve.hub.HubFixture.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.clip.Precision;
import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is on this machine already: pulled before, being pulled by another process, or downloaded by Hugging Face's
 * library.
 */
class HubCacheTest {

    @TempDir
    private Path folder;

    private HubFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new HubFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void stopHub() {
        fixture.server.when("", (exchange, content, time) -> {
            FakeHub.send(exchange, 502, new byte[0]);
            return true;
        });
    }

    /** As Hugging Face's library lays it out: links in a snapshot to blobs that are named by their digests. */
    private void downloadedByHuggingFace(String... paths) throws IOException {
        Path repository = fixture.huggingFace().resolve("models--owner--model");
        Path snapshot = repository.resolve("snapshots").resolve(FakeHub.COMMIT);
        Files.createDirectories(repository.resolve("blobs"));
        Files.createDirectories(repository.resolve("refs"));
        Files.writeString(repository.resolve("refs/main"), FakeHub.COMMIT);
        for (String path : paths) {
            byte[] content = fixture.content(path);
            String digest = path.endsWith("config.json") ? FakeHub.gitBlob(content) : FakeHub.sha256(content);
            Path blob = Files.write(repository.resolve("blobs").resolve(digest), content);
            Path link = snapshot.resolve(path);
            Path parent = Files.createDirectories(Objects.requireNonNull(link.getParent()));
            Files.createSymbolicLink(link, parent.relativize(blob));
        }
    }

    private String[] all() {
        return fixture.files.keySet().toArray(String[]::new);
    }

    @Test
    void pull_hubIsAway_usesWhatWasPulledAndSaysSo() {
        PulledModel before = fixture.pull();
        stopHub();

        assertThat(fixture.hub().obtain(MODEL, Precision.FP32, fixture.notes)).isEqualTo(before);

        assertThat(fixture.notes.lines).first().asString().endsWith("status 502; trying again in 1 s.");
        assertThat(fixture.notes.lines)
                .last()
                .asString()
                .contains("The hub was not asked what hf:owner/model is now", "status 502", FakeHub.COMMIT);
        // One more try, and no more: there is something to go on with.
        assertThat(fixture.pauses).hasSize(1);
    }

    @Test
    void pull_offline_usesWhatWasPulledAndAsksNobody() {
        PulledModel before = fixture.pull();
        int requests = fixture.server.requests().size();

        assertThat(fixture.pull(fixture.hub(LIMITS, "", true))).isEqualTo(before);

        assertThat(fixture.server.requests()).hasSize(requests);
        assertThat(fixture.notes.lines).singleElement().asString().contains("HF_HUB_OFFLINE is set");
    }

    /** Whoever takes a lock there fails, as in a folder that is read-only; but for root, too. */
    @Test
    void obtain_offlineFromACacheThatCannotBeLocked_isTheModel() throws IOException {
        PulledModel before = fixture.pull();
        Folders.delete(fixture.cache().resolve(".locks"));
        Files.createFile(fixture.cache().resolve(".locks"));

        assertThat(fixture.hub(LIMITS, "", true).obtain(MODEL, Precision.FP32, fixture.notes))
                .isEqualTo(before);

        assertThat(fixture.notes.lines)
                .singleElement()
                .asString()
                .contains("HF_HUB_OFFLINE is set", FakeHub.COMMIT + " is here from before");
    }

    @Test
    void obtain_offlineOfABranchThatMovedOn_namesTheCommitsThatAreHere() throws IOException {
        PulledModel before = fixture.pull();
        new ModelCache(fixture.cache(), LIMITS).remember(MODEL, "f".repeat(40));

        HubException fault = catchThrowableOfType(
                HubException.class, () -> fixture.hub(LIMITS, "", true).obtain(MODEL, Precision.FP32, fixture.notes));

        assertThat(fault.reason()).isEqualTo(Reason.AWAY);
        assertThat(fault).hasMessageEndingWith("Other commits of it are here in fp32: " + before.hubName() + ".");
        assertThat(fault.remedy()).startsWith("Name one of these by its commit.");
    }

    @Test
    void pull_offlineOfADamagedModel_isRefusedAndLeftForThePullThatMendsIt() throws IOException {
        PulledModel damaged = fixture.pull();
        Files.write(damaged.folder().resolve(VISION), new byte[300_000]);

        HubException fault =
                catchThrowableOfType(HubException.class, () -> fixture.pull(fixture.hub(LIMITS, "", true)));

        assertThat(fault.reason()).isEqualTo(Reason.DAMAGED);
        assertThat(fault)
                .hasMessageContainingAll(
                        "hf:owner/model is here from before, but not as it was pulled",
                        "HF_HUB_OFFLINE is set",
                        VISION + " was altered or is incomplete");
        assertThat(fault.remedy()).contains("without HF_HUB_OFFLINE");
        PulledModel mended = fixture.pull();
        assertThat(fixture.hub().fault(mended)).isEmpty();
    }

    @Test
    void pull_offlineWithoutAnything_saysSo() throws IOException {
        fixture.assertFails(
                () -> fixture.pull(fixture.hub(LIMITS, "", true)),
                Reason.AWAY,
                "hf:owner/model is not on this machine, and HF_HUB_OFFLINE says not to ask the hub");

        assertThat(fixture.server.requests()).isEmpty();
    }

    @Test
    void pull_filesOfHuggingFacesCache_areNotFetched() throws IOException {
        downloadedByHuggingFace(VISION, "tokenizer.json", "config.json");

        PulledModel pulled = fixture.pull();

        assertThat(pulled.folder().resolve(VISION)).hasBinaryContent(fixture.content(VISION));
        assertThat(Files.isSymbolicLink(pulled.folder().resolve(VISION))).isFalse();
        assertThat(fixture.server.downloads()).hasSize(2);
        assertThat(fixture.notes.done()).isEqualTo(fixture.notes.total);
    }

    @Test
    void pull_offlineWithAllFilesInHuggingFacesCache_isTheModel() throws IOException {
        downloadedByHuggingFace(all());

        PulledModel pulled = fixture.pull(fixture.hub(LIMITS, "", true));

        assertThat(fixture.hub().fault(pulled)).isEmpty();
        assertThat(fixture.server.requests()).isEmpty();
        assertThat(fixture.notes.lines)
                .singleElement()
                .asString()
                .contains(FakeHub.COMMIT + " is in Hugging Face's cache, and is used");
    }

    @Test
    void pull_alteredFileOfHuggingFacesCache_isFetchedInstead() throws IOException {
        downloadedByHuggingFace(all());
        Path blob = fixture.huggingFace()
                .resolve("models--owner--model/blobs")
                .resolve(FakeHub.sha256(fixture.content(VISION)));
        byte[] altered = fixture.content(VISION).clone();
        altered[7] ^= 1;
        Files.write(blob, altered);

        PulledModel pulled = fixture.pull();

        assertThat(pulled.folder().resolve(VISION)).hasBinaryContent(fixture.content(VISION));
        assertThat(fixture.server.downloads()).hasSize(1);
        assertThat(blob).hasBinaryContent(altered);
    }

    @Test
    void pull_offlineWithAlteredFileInHuggingFacesCache_isRefused() throws IOException {
        downloadedByHuggingFace(all());
        Path blob = fixture.huggingFace()
                .resolve("models--owner--model/blobs")
                .resolve(FakeHub.sha256(fixture.content(TEXT)));
        Files.write(blob, new byte[200_000]);

        fixture.assertFails(
                () -> fixture.pull(fixture.hub(LIMITS, "", true)), Reason.AWAY, TEXT, "the hub cannot be asked");
    }

    @Test
    void pull_manyAtOnce_fetchTheModelOnce() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PulledModel>> pulls = threads.invokeAll(Collections.nCopies(4, fixture::pull));
            for (Future<PulledModel> pull : pulls) {
                assertThat(fixture.hub().fault(pull.get())).isEmpty();
            }
        }

        assertThat(fixture.server.downloads()).hasSize(5);
    }

    @Test
    void pull_whileAnotherProcessPulls_waitsForIt() throws Exception {
        Path lock = fixture.cache().resolve(".locks/owner--model.lock");
        Files.createDirectories(lock.getParent());
        Process other = LockHolder.start(lock, folder);
        var waiting = new CountDownLatch(1);
        var progress = new HubFixture.Notes() {
            @Override
            public void note(String line) {
                super.note(line);
                waiting.countDown();
            }
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PulledModel> pull =
                    threads.submit(() -> fixture.hub().pull(MODEL, PullOptions.of(Precision.FP32), progress));
            waiting.await();

            assertThat(fixture.server.requests()).isEmpty();
            other.getOutputStream().close();

            assertThat(fixture.hub().fault(pull.get())).isEmpty();
        } finally {
            other.destroyForcibly();
        }
        assertThat(progress.lines).first().isEqualTo("Another process is at hf:owner/model; waiting until it is done.");
    }

    @Test
    void named_modelThatWasPulled_isTakenWithoutAsking() {
        PulledModel pulled = fixture.pull();
        int requests = fixture.server.requests().size();

        assertThat(fixture.hub().named("known", Precision.FP32, fixture.notes)).contains(pulled);

        assertThat(fixture.server.requests()).hasSize(requests);
    }

    @Test
    void named_modelOfTheCatalogue_isPulled() {
        assertThat(fixture.hub().named("known", Precision.FP32, fixture.notes))
                .map(PulledModel::repository)
                .contains("owner/model");
    }

    @Test
    void named_unknownName_isNothing() {
        assertThat(fixture.hub().named("unknown", Precision.FP32, fixture.notes))
                .isEmpty();
    }

    @Test
    void named_modelsOfTwoRepositories_areBothNamed() throws IOException {
        PulledModel mine = fixture.pull();
        byte[] own = "{\"name\":\"known\",\"logit_scale\":2}".getBytes(StandardCharsets.US_ASCII);
        Map<String, byte[]> files = new HashMap<>(fixture.files);
        files.put("bundle.json", own);
        try (var other = new FakeHub("other/model", files)) {
            Hub hub = fixture.hub(other.endpoint(), LIMITS, "", false);
            hub.pull(HubName.parse("other/model"), PullOptions.of(Precision.FP32), fixture.notes);
        }

        assertThat(catchThrowable(() -> fixture.hub().named("known", Precision.FP32, fixture.notes)))
                .hasMessageContainingAll(
                        "Several pulled models are called known",
                        mine.hubName().toString(),
                        "hf:other/model@" + FakeHub.COMMIT);
    }

    @Test
    void list_modelOfAnOwnerOfOneLetter_isThere() throws IOException {
        try (var other = new FakeHub("o/n", fixture.files)) {
            Hub hub = fixture.hub(other.endpoint(), LIMITS, "", false);
            var options = new PullOptions(Precision.FP32, OptionalDouble.of(2), OptionalDouble.empty());

            PulledModel pulled = hub.pull(HubName.parse("hf:o/n"), options, fixture.notes);

            assertThat(hub.list()).containsExactly(pulled);
        }
    }

    @Test
    void list_foreignFolders_areLeftOut() throws IOException {
        fixture.pull();
        Files.createDirectories(fixture.cache().resolve("notes"));
        Files.createDirectories(fixture.cache().resolve("--"));
        Files.createDirectories(fixture.cache().resolve("my notes--old/" + FakeHub.COMMIT + "/fp32"));
        Files.createDirectories(fixture.cache().resolve("owner--model/" + FakeHub.COMMIT + "/other"));

        assertThat(fixture.hub().list()).hasSize(1);
    }
}
