package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.clip.Embedding;
import dev.clipserve.labels.EmbeddingsFile.DamagedException;
import dev.clipserve.zeroshot.EncodedLabel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingsFileTest {

    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final List<String> NAMES = List.of("cat", "dog");
    private static final List<EncodedLabel> LABELS = List.of(
            new EncodedLabel("cat", Embedding.normalize(new float[] {0.1f, -0.7f, 0.3f}), 7, 7),
            new EncodedLabel("dog", Embedding.normalize(new float[] {1e-7f, 3, -2}), 93, 77));

    private final byte[] content = EmbeddingsFile.write(KEY, LABELS);

    @Test
    void read_whatWasWritten_isTheSameToTheLastBit() throws DamagedException {
        assertThat(EmbeddingsFile.read(KEY, NAMES, content)).isEqualTo(LABELS);
        // 48 in front, 2 × (8 + 3 × 4), 4 behind
        assertThat(content).hasSize(92);
    }

    @Test
    void read_anyByteChanged_isNoticed() {
        for (int i = 0; i < content.length; i++) {
            byte[] damaged = content.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> EmbeddingsFile.read(KEY, NAMES, damaged))
                    .as("byte %d", i)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void read_cutShortAnywhere_isNoticed() {
        for (int length = 0; length < content.length; length++) {
            byte[] torn = Arrays.copyOf(content, length);
            assertThatThrownBy(() -> EmbeddingsFile.read(KEY, NAMES, torn))
                    .as("length %d", length)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void read_ofAnotherSet_saysSo() {
        assertThatThrownBy(() -> EmbeddingsFile.read("f".repeat(64), NAMES, content))
                .hasMessage("it is of another set or model");
        assertThatThrownBy(() -> EmbeddingsFile.read(KEY, List.of("cat"), content))
                .hasMessage("it has 2 labels instead of 1");
        assertThatThrownBy(() -> EmbeddingsFile.read(KEY, NAMES, Arrays.copyOf(content, 93)))
                .hasMessage("its length of 93 bytes does not fit its 2 × 3 numbers");
    }
}
