package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.labels.LabelSetException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FolderLabelSetStoreTest {

    private static final Optional<String> NOTHING = Optional.empty();

    @TempDir
    private Path folder;

    private FolderLabelSetStore store;

    @BeforeEach
    void open() {
        store = new FolderLabelSetStore(folder.resolve("made/when/needed"));
    }

    private FolderLabelSetStore reopened() {
        return new FolderLabelSetStore(folder.resolve("made/when/needed"));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void empty_store_hasNothingAndMakesNoFolder() throws IOException {
        assertThat(store.versions()).isEmpty();
        assertThat(store.find("pets")).isEmpty();
        assertThat(store.findEmbeddings("00")).isEmpty();
        store.retainEmbeddings(Set.of());
        assertThat(files()).isEmpty();
    }

    @Test
    void put_set_isThereAfterARestart() throws IOException {
        LabelSet pets = Sets.of("pets", "cat", "dog");

        assertThat(store.put(pets, NOTHING)).isTrue();

        assertThat(reopened().find("pets")).contains(pets);
        assertThat(reopened().versions()).isEqualTo(Map.of("pets", pets.version()));
        assertThat(files()).containsExactly("lock", "pets.json");
    }

    @Test
    void put_otherVersionThanExpected_changesNothing() {
        LabelSet first = Sets.of("pets", "cat");
        LabelSet second = Sets.of("pets", "dog");
        assertThat(store.put(first, Optional.of(second.version()))).isFalse();
        assertThat(store.put(first, NOTHING)).isTrue();

        assertThat(store.put(second, NOTHING)).isFalse();
        assertThat(store.put(second, Optional.of("other"))).isFalse();
        assertThat(store.find("pets")).contains(first);
        assertThat(store.put(second, Optional.of(first.version()))).isTrue();
        assertThat(store.find("pets")).contains(second);
    }

    @Test
    void delete_onlyOfTheExpectedVersion() {
        LabelSet pets = Sets.of("pets", "cat");
        store.put(pets, NOTHING);

        assertThat(store.delete("pets", "other")).isFalse();
        assertThat(store.delete("none", "other")).isFalse();
        assertThat(store.delete("pets", pets.version())).isTrue();
        assertThat(store.find("pets")).isEmpty();
    }

    @Test
    void put_byManyAtOnceThroughTwoStores_onlyOneReplacesEachVersion() throws Exception {
        FolderLabelSetStore other = reopened();
        store.put(Sets.of("pets", "0"), NOTHING);
        String version = Sets.of("pets", "0").version();
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            LabelSet set = Sets.of("pets", "label " + i);
            LabelSetStore through = i % 2 == 0 ? store : other;
            writers.add(() -> through.put(set, Optional.of(version)));
        }

        int won = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                won += writer.get() ? 1 : 0;
            }
        }

        assertThat(won).isEqualTo(1);
    }

    /** A lock is the process's: where another would wait, this one is told that it has it. */
    @Test
    void put_whileTheLockIsHeld_changesNothing() throws IOException {
        LabelSet pets = Sets.of("pets", "cat");
        store.put(pets, NOTHING);
        Optional<String> version = Optional.of(pets.version());

        try (var channel = FileChannel.open(folder.resolve("made/when/needed/lock"), StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            assertThatThrownBy(() -> store.put(Sets.of("pets", "dog"), version))
                    .isInstanceOf(OverlappingFileLockException.class);
            assertThatThrownBy(() -> store.delete("pets", pets.version()))
                    .isInstanceOf(OverlappingFileLockException.class);
            assertThat(store.find("pets")).contains(pets);
        }
        assertThat(store.put(Sets.of("pets", "dog"), version)).isTrue();
    }

    @Test
    void find_tornFile_countsAsNoneAndCanBeReplaced(CapturedOutput output) throws IOException {
        LabelSet pets = Sets.of("pets", "cat", "dog");
        store.put(pets, NOTHING);
        Path file = folder.resolve("made/when/needed/sets/pets.json");
        Files.writeString(file, Files.readString(file).substring(0, 20));

        assertThat(store.find("pets")).isEmpty();
        assertThat(store.versions()).isEmpty();
        assertThat(output).contains("pets.json holds no label set and is ignored");
        assertThat(store.put(pets, NOTHING)).isTrue();
        assertThat(store.find("pets")).contains(pets);
    }

    @Test
    void versions_definitionBeyondWhatTheParserReads_countsAsNone(CapturedOutput output) throws IOException {
        store.put(Sets.of("pets", "cat"), NOTHING);
        Files.writeString(folder.resolve("made/when/needed/sets/deep.json"), "[".repeat(2_000));

        assertThat(store.versions()).containsOnlyKeys("pets");
        assertThat(output).contains("deep.json holds no label set and is ignored");
    }

    @Test
    void find_fileOfSomethingElse_countsAsNone() throws IOException {
        store.put(Sets.of("pets", "cat"), NOTHING);
        Files.writeString(folder.resolve("made/when/needed/sets/birds.json"), "{\"labels\":[]}");
        Files.writeString(folder.resolve("made/when/needed/sets/UPPER.json"), "{\"labels\":[\"x\"]}");

        assertThat(store.versions()).containsOnlyKeys("pets");
        assertThat(store.find("birds")).isEmpty();
        assertThat(store.find("../sets/pets")).isEmpty();
    }

    @Test
    void embeddings_roundTripAndAreRetainedByKey() throws IOException {
        store.putEmbeddings("aa", new byte[] {1, 2, 3});
        store.putEmbeddings("bb", new byte[] {4});
        store.putEmbeddings("cc", new byte[] {5});
        store.removeEmbeddings("cc");
        store.removeEmbeddings("cc");

        assertThat(reopened().findEmbeddings("aa").orElseThrow()).containsExactly(1, 2, 3);
        assertThat(store.hasEmbeddings("bb")).isTrue();
        store.retainEmbeddings(Set.of("aa"));

        assertThat(store.hasEmbeddings("bb")).isFalse();
        assertThat(files()).containsExactly("aa.bin");
    }

    @Test
    void retain_unfinishedFiles_goWhenTheyAreOld() throws IOException {
        store.putEmbeddings("aa", new byte[] {1});
        Path old = folder.resolve("made/when/needed/embeddings/1.unfinished");
        Files.createFile(old);
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Files.createFile(folder.resolve("made/when/needed/embeddings/2.unfinished"));

        store.retainEmbeddings(Set.of("aa"));

        assertThat(files()).containsExactly("2.unfinished", "aa.bin");
    }

    @Test
    void put_whereNoFolderCanBeMade_saysSoAndOnlyTheLogSaysWhere(CapturedOutput output) throws IOException {
        Files.createFile(folder.resolve("made"));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> store.put(Sets.of("pets", "cat"), NOTHING))
                    .isInstanceOfSatisfying(
                            LabelSetException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_UNAVAILABLE))
                    .hasMessage("The store of label sets cannot be written: the service's log says why");
        }

        assertThat(output.getOut().split("The folder of label sets cannot be written: .*/made", -1))
                .hasSize(2);
    }

    @Test
    void put_failingAgainAfterItWorked_isLoggedAgain(CapturedOutput output) throws IOException {
        Path inTheWay = Files.createFile(folder.resolve("made"));
        assertThatThrownBy(() -> store.put(Sets.of("pets", "cat"), NOTHING)).isInstanceOf(LabelSetException.class);
        Files.delete(inTheWay);
        assertThat(store.versions()).isEmpty();
        Files.createFile(inTheWay);

        assertThatThrownBy(() -> store.put(Sets.of("pets", "cat"), NOTHING)).isInstanceOf(LabelSetException.class);

        assertThat(output.getOut().split("The folder of label sets cannot be written: ", -1))
                .hasSize(3);
    }
}
