package dev.clipserve.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every line of {@code tokens.jsonl} against the ids of Hugging Face's own fast tokenizer. */
class GoldenTokensTest {

    private static final long END = 49_407;

    @Test
    void ids_everyGoldenText_equalsTheFastTokenizer() throws IOException {
        Path golden = SharedData.folder("golden");
        List<String> lines = Files.readAllLines(golden.resolve("tokens.jsonl"));
        List<String> differing = new ArrayList<>();
        try (var json = Files.newInputStream(golden.resolve("tokenizer/tokenizer.json"));
                var tokenizer = TextTokenizer.load(json, TextLength.upTo(77))) {
            for (String line : lines) {
                JsonNode row = new JsonMapper().readTree(line);
                long[] actual = TokenIds.fit(tokenizer.ids(row.get("text").asString()), 77, true)
                        .toArray();
                if (!Arrays.equals(expected(row, actual.length), actual)) {
                    differing.add(line);
                }
            }
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(798);
        assertThat(differing).isEmpty();
    }

    /** Up to the end of the text: behind it the implementations pad differently, and the service does not pad. */
    private static long[] expected(JsonNode row, int length) {
        JsonNode padded = row.has("hf_fast") ? row.get("hf_fast") : row.get("ids");
        long[] ids = new long[padded.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = padded.get(i).asLong();
        }
        boolean onlyPaddingBehind =
                Arrays.stream(ids).skip(length).allMatch(id -> id == 0 || id == END) && ids[length - 1] == END;
        return onlyPaddingBehind ? Arrays.copyOf(ids, length) : ids;
    }
}
