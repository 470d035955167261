package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class KeyRingTest {

    private static final Duration OFTEN = Duration.ofMillis(5);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("keys");
        Files.writeString(file, Keys.line("old", "classify", "old key"));
    }

    private KeyRing ring() {
        return KeyRing.watching(List.of(Keys.key("fixed", "fixed key", Scope.METRICS)), file, OFTEN);
    }

    /** In one step: the ring looks all the time, and while a file is written it is empty for a moment. */
    private void replaceBy(String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean knows(KeyRing ring, String key) {
        return ring.find(key).isPresent();
    }

    @Test
    void watching_settingsAndFile_areTogether() {
        try (KeyRing ring = ring()) {
            assertThat(ring.isOpen()).isFalse();
            assertThat(ring.size()).isEqualTo(2);
            assertThat(knows(ring, "fixed key")).isTrue();
            assertThat(knows(ring, "old key")).isTrue();
        }
    }

    @Test
    void file_changedAtTheSameTimeAndLength_isReadAgain() throws IOException {
        try (KeyRing ring = ring()) {
            FileTime time = Files.getLastModifiedTime(file);
            Path next = folder.resolve("next");
            Files.writeString(next, Keys.line("new", "classify", "new key"));
            Files.setLastModifiedTime(next, time);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

            await().until(() -> knows(ring, "new key"));

            assertThat(knows(ring, "old key")).isFalse();
            assertThat(knows(ring, "fixed key")).isTrue();
        }
    }

    @Test
    void file_broken_keepsTheKeysUntilItIsMended(CapturedOutput output) throws IOException {
        try (KeyRing ring = ring()) {
            replaceBy("old classify a-key-by-mistake\n");

            await().until(() -> output.getOut().contains("The keys stay as they were: " + file + ": line 1: "));

            assertThat(knows(ring, "old key")).isTrue();
            Files.writeString(file, Keys.line("new", "classify", "new key"));
            await().until(() -> knows(ring, "new key"));
            assertThat(output.getOut()).containsOnlyOnce("The keys stay").doesNotContain("a-key-by-mistake");
        }
    }

    @Test
    void file_nameOfTheSettings_keepsTheKeys(CapturedOutput output) throws IOException {
        try (KeyRing ring = ring()) {
            replaceBy(Keys.line("fixed", "classify", "new key"));

            await().until(() -> output.getOut().contains("the name 'fixed' is there twice"));

            assertThat(knows(ring, "old key")).isTrue();
            assertThat(knows(ring, "new key")).isFalse();
        }
    }

    @Test
    void file_goneAndBack_keepsTheKeysAndSaysSoOnce(CapturedOutput output) throws IOException {
        try (KeyRing ring = ring()) {
            Files.delete(file);

            await().until(() -> output.getOut().contains(file + ": cannot be read as text, NoSuchFileException"));

            assertThat(knows(ring, "old key")).isTrue();
            Files.writeString(file, Keys.line("new", "classify", "new key"));
            await().until(() -> knows(ring, "new key"));
            assertThat(output.getOut()).containsOnlyOnce("NoSuchFileException");
        }
    }

    @Test
    void file_emptied_letsNobodyIn() throws IOException {
        try (KeyRing ring = KeyRing.watching(List.of(), file, OFTEN)) {
            Files.writeString(file, "");

            await().until(() -> !knows(ring, "old key"));

            assertThat(ring.isOpen()).isFalse();
        }
    }

    @Test
    void watching_fileThatIsNotThere_isRefused() {
        assertThatThrownBy(() -> KeyRing.watching(List.of(), folder.resolve("none"), OFTEN))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("none: cannot be read as text, NoSuchFileException");
    }

    @Test
    void watching_fileThatIsNoText_isRefused() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> KeyRing.watching(List.of(), file, OFTEN))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("keys: cannot be read as text, MalformedInputException");
    }

    @Test
    void watching_fileThatIsTooLarge_isRefused() throws IOException {
        Files.writeString(file, "#".repeat((1 << 20) + 1));

        assertThatThrownBy(() -> KeyRing.watching(List.of(), file, OFTEN))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("is larger than 1048576 bytes");
    }

    @Test
    void of_noKeys_isOpen() {
        try (KeyRing ring = KeyRing.of(List.of())) {
            assertThat(ring.isOpen()).isTrue();
        }
    }
}
