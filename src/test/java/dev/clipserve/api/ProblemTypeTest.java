package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {

    @Test
    void documentation_everyType_hasItsRow() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/problems.md")).stream()
                .filter(line -> line.startsWith("| `/problems/"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> "| `" + type.uri() + "` | " + type.status() + " | " + type.title() + " | "
                                + type.explanation() + " |")
                        .toList());
    }

    @Test
    void uri_enumName_becomesALowerCasePath() {
        assertThat(ProblemType.CORRUPT_IMAGE.uri()).isEqualTo("/problems/corrupt-image");
    }
}
