package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

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
    void contract_typeOfAProblem_hasEveryTypeAsAnExample() {
        assertThat(new Contract()
                        .at("/components/schemas/Problem/properties/type/examples")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::uri)
                        .toList());
    }

    @Test
    void uri_enumName_becomesALowerCasePath() {
        assertThat(ProblemType.CORRUPT_IMAGE.uri()).isEqualTo("/problems/corrupt-image");
    }
}
