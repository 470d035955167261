package dev.clipserve.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.clip.ContentDigest;
import dev.clipserve.clip.Embedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {

    private static final ContentDigest MODEL = digest("model");
    private static final int HEADER = 8 + 4 + 32;
    private static final int ENTRY = 32 + 2 * 4 + 4;

    private static final Embedding A = Embedding.normalize(new float[] {3, 4});
    private static final Embedding B = Embedding.normalize(new float[] {-1, 2});

    @TempDir
    private Path folder;

    private Path path = Path.of("");

    @BeforeEach
    void name() {
        path = folder.resolve("embeddings.bin");
    }

    private static ContentDigest digest(String text) {
        return ContentDigest.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void fill() throws IOException {
        try (var file = EmbeddingFile.open(path, MODEL, 2)) {
            file.add(digest("a"), A);
            file.add(digest("b"), B);
        }
    }

    private Map<ContentDigest, Embedding> found() throws IOException {
        try (var file = EmbeddingFile.open(path, MODEL, 2)) {
            return file.embeddings();
        }
    }

    @Test
    void open_again_hasAllToTheLastBit() throws IOException {
        fill();

        assertThat(found()).isEqualTo(Map.of(digest("a"), A, digest("b"), B));
        assertThat(path).hasSize(HEADER + 2 * ENTRY);
    }

    @Test
    void open_cutAnywhere_hasWhatIsWholeAndGoesOn() throws IOException {
        fill();
        byte[] whole = Files.readAllBytes(path);
        assertThat(whole).hasSize(HEADER + 2 * ENTRY);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            int entries = Math.max(0, length - HEADER) / ENTRY;

            assertThat(found()).hasSize(entries);
            try (var file = EmbeddingFile.open(path, MODEL, 2)) {
                if (entries == 0) {
                    file.add(digest("a"), A);
                }
                file.add(digest("b"), B);
            }
            assertThat(Files.readAllBytes(path)).isEqualTo(whole);
        }
    }

    @Test
    void open_aByteThatTurned_dropsFromThereOn() throws IOException {
        fill();
        byte[] damaged = Files.readAllBytes(path);
        damaged[HEADER + ENTRY + 40] ^= 1;
        Files.write(path, damaged);

        assertThat(found()).isEqualTo(Map.of(digest("a"), A));
        assertThat(path).hasSize(HEADER + ENTRY);
    }

    @Test
    void open_anotherModel_beginsAnew() throws IOException {
        fill();

        try (var file = EmbeddingFile.open(path, digest("other"), 2)) {
            assertThat(file.embeddings()).isEmpty();
        }
        assertThat(found()).isEmpty();
    }

    @Test
    void open_anotherDimension_beginsAnew() throws IOException {
        fill();

        try (var file = EmbeddingFile.open(path, MODEL, 3)) {
            assertThat(file.embeddings()).isEmpty();
        }
    }

    @Test
    void open_aFileOfAnotherKind_isNotTouched() throws IOException {
        Files.writeString(path, "my thesis");

        assertThatThrownBy(this::found).hasMessageContaining("is no file of embeddings; it is not overwritten");
        assertThat(path).hasContent("my thesis");
    }
}
