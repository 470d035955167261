package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.api.RequestFields.Separator;
import dev.clipserve.zeroshot.LabelLimits;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonFieldsTest {

    /** Those of the service, unless it is told others. */
    private static final RequestLimits LIMITS = new RequestLimits(32 << 20, 64, 10_000, 2_000, 100, 20_000, 100_000);

    private static JsonFields read(String json) {
        return JsonFields.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), LIMITS);
    }

    private static JsonNode readLabelSet(String json) {
        return JsonFields.tree(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** A JSON array with the same element so many times. */
    private static String array(String element, int count) {
        return "[" + (element + ",").repeat(count - 1) + element + "]";
    }

    @Test
    void fields_ofEachType_areRead() {
        JsonFields fields =
                read("{\"t\":\"x\",\"n\":1.5,\"i\":7,\"f\":true,\"l\":[\"a\",\"b,c\"],\"o\":[{\"t\":\"y\"}]}");

        assertThat(fields.names()).containsExactlyInAnyOrder("t", "n", "i", "f", "l", "o");
        assertThat(fields.text("t")).contains("x");
        assertThat(fields.number("n")).contains(1.5);
        assertThat(fields.number("i")).contains(7.0);
        assertThat(fields.integer("i")).contains(7);
        assertThat(fields.flag("f")).contains(true);
        // The separator is of forms only.
        assertThat(fields.texts("l", Separator.COMMA)).contains(List.of("a", "b,c"));
        assertThat(fields.objects("o").orElseThrow().getFirst().text("t")).contains("y");
    }

    @Test
    void fields_ofSeveralTypes_areToldApart() {
        JsonFields fields =
                read("{\"t\":\"x\",\"l\":[\"a\",\"b\"],\"n\":[1,2],\"m\":[[1]],\"o\":{\"t\":\"y\"},\"e\":[]}");

        assertThat(fields.isText("t")).isTrue();
        assertThat(fields.isText("l")).isFalse();
        assertThat(fields.textOrTexts("t")).contains(List.of("x"));
        assertThat(fields.textOrTexts("l")).contains(List.of("a", "b"));
        assertThat(fields.textOrTexts("none")).isEmpty();
        assertThat(List.of("n", "m")).allMatch(fields::isNumbers);
        assertThat(List.of("t", "l", "o", "e", "none")).noneMatch(fields::isNumbers);
        assertThat(fields.object("o").orElseThrow().text("t")).contains("y");
        assertThatThrownBy(() -> fields.textOrTexts("n")).hasMessageContaining("a string or a list of strings");
        assertThatThrownBy(() -> fields.object("t")).hasMessageContaining("'t' is a string; it must be an object");
    }

    @Test
    void fields_absentOrNull_areEmpty() {
        JsonFields fields = read("{\"a\":null}");

        assertThat(fields.text("a")).isEmpty();
        assertThat(fields.number("a")).isEmpty();
        assertThat(fields.texts("b", Separator.NONE)).isEmpty();
        assertThat(fields.objects("b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[]          | an empty list",
                "{}          | an object",
                "\"1\"       | a string",
                "false       | the value false",
                "[1]         | a list",
            })
    void number_ofAnotherType_saysWhatItIs(String json, String kind) {
        JsonFields fields = read("{\"a\":" + json + "}");

        assertThatThrownBy(() -> fields.number("a")).hasMessage("Field 'a' is " + kind + "; it must be a number.");
    }

    @Test
    void number_beyondADouble_isInfinite() {
        assertThat(read("{\"a\":1e400}").number("a")).contains(Double.POSITIVE_INFINITY);
        assertThat(read("{\"a\":-" + "9".repeat(400) + "}").number("a")).contains(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(400) + "}").integer("a"))
                .hasMessageContaining("a whole number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{                       | at line 1, column 2",
                "{\"a\":NaN}             | Non-standard token 'NaN', at line 1, column",
                "{'a':1}                 | at line 1, column 2",
                "{\"a\":1,\"a\":2}       | Duplicate",
                "{\"a\":1}{              | at line 1",
                "{\"a\":01}              | at line 1",
                "{\"a\":\"\\x\"}         | at line 1",
            })
    void read_notJson_saysWhereAndNothingOfTheLibrary(String json, String words) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("The body is not valid JSON: ")
                .hasMessageContaining(words)
                .message()
                .doesNotContain("StreamRead", "JsonRead", "REDACTED");
    }

    @Test
    void read_longNameTwice_isQuotedInShort() {
        String name = "b".repeat(40_000);

        assertThatThrownBy(() -> read("{\"" + name + "\":1,\"" + name + "\":2}"))
                .hasMessageContaining("Duplicate")
                .hasMessageContaining("bbb…")
                .message()
                .hasSizeLessThan(300);
    }

    @Test
    void read_nameWithHalfOfASurrogatePair_isRefusedInWholeCharacters() {
        assertThatThrownBy(() -> read("{\"\\ud83c\":1}"))
                .hasMessageContaining("Broken surrogate pair")
                .message()
                .matches(LabelLimits::wellFormed);
    }

    @Test
    void read_brokenLines_countsThem() {
        assertThatThrownBy(() -> read("{\n \"a\": 1,\n b\n}")).hasMessageContaining("at line 3, column");
    }

    @ParameterizedTest
    @CsvSource({"'', empty", "' ', empty", "3, the number 3", "null, null", "'\"a\"', a string"})
    void read_noObject_isRefused(String json, String kind) {
        assertThatThrownBy(() -> read(json)).hasMessage("The body is " + kind + "; it must be a JSON object.");
    }

    @Test
    void read_tooDeep_isRefusedWithTheLimit() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000)))
                .hasMessage(
                        "The body is not valid JSON: Document nesting depth (17) exceeds the maximum allowed (16).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"\"", "{\"a\":0}"})
    void tree_bodyOfTheLargestSizeFullOfTinyThings_isRefusedBeforeItFillsTheMemory(String thing) {
        String json = "{\"a\":" + array(thing, 32_000_000 / (thing.length() + 1)) + "}";

        assertThatThrownBy(() -> readLabelSet(json))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("exceeds the maximum allowed (1200000)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "\"\"", "{\"\":{\"\":0}}"})
    void read_requestOfTinyThings_isRefusedByWhatARequestMayHave(String thing) {
        assertThatThrownBy(() -> read("{\"images\":" + array(thing, 600_000) + "}"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("exceeds the maximum allowed (12356)");
    }

    @Test
    void read_requestWithAllItMayHave_isRead() {
        // One label too many, so that it is told.
        JsonFields fields = read("{\"labels\":" + array("\"a\"", 10_001) + ",\"templates\":" + array("\"b\"", 100)
                + ",\"images\":" + array("{\"url\":\"c\"}", 64) + "}");

        assertThat(fields.texts("labels", Separator.NONE).orElseThrow()).hasSize(10_001);
        assertThat(fields.objects("images").orElseThrow()).hasSize(64);
    }

    @Test
    void tree_aMillionLabels_isRead() {
        assertThat(readLabelSet("{\"a\":" + array("\"x\"", 1_000_000) + "}")
                        .path("a")
                        .size())
                .isEqualTo(1_000_000);
    }

    @Test
    void read_stringOfManyMegabytes_isRead() {
        String image = "A".repeat(25_000_000);

        assertThat(read("{\"a\":\"" + image + "\"}").text("a")).contains(image);
    }

    @ParameterizedTest
    @ValueSource(bytes = {(byte) 0xFF, (byte) 0xC3})
    void read_notUtf8_isRefused(byte stray) {
        byte[] json = "{\"a\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        json[6] = stray;

        assertThatThrownBy(() -> JsonFields.read(new ByteArrayInputStream(json), LIMITS))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("UTF-8");
    }
}
