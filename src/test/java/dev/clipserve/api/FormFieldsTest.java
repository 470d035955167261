package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.api.RequestFields.Separator;
import dev.clipserve.fuzz.Allocation;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormFieldsTest {

    private static List<String> labels(String query) {
        return FormFields.ofQuery(query).texts("labels", Separator.COMMA).orElseThrow();
    }

    @Test
    void ofQuery_noneOrEmpty_hasNoFields() {
        assertThat(FormFields.ofQuery(null).names()).isEmpty();
        assertThat(FormFields.ofQuery("").names()).isEmpty();
        assertThat(FormFields.ofQuery("&&").names()).isEmpty();
    }

    @Test
    void ofQuery_percentAndPlus_areDecodedInNamesAndValues() {
        FormFields fields = FormFields.ofQuery("a%20b=c+d&e=1%2B1&f=g=h&i&%E7%8C%AB=%F0%9F%8C%BB");

        assertThat(fields.names()).containsExactly("a b", "e", "f", "i", "猫");
        assertThat(fields.text("a b")).contains("c d");
        assertThat(fields.text("e")).contains("1+1");
        assertThat(fields.text("f")).contains("g=h");
        assertThat(fields.text("i")).contains("");
        assertThat(fields.text("猫")).contains("🌻");
    }

    /** Cut short, no hexadecimal digits, a stray byte, an overlong slash, half of a surrogate pair. */
    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%FF", "%C3%28", "%C0%AF", "%ED%A0%80", "%E7%8C"})
    void ofQuery_notPercentEncodedUtf8_isRefused(String encoded) {
        assertThatThrownBy(() -> FormFields.ofQuery("labels=" + encoded))
                .isInstanceOf(ProblemException.class)
                .hasMessage("The query is not percent-encoded UTF-8: '" + encoded + "'.");
        assertThatThrownBy(() -> FormFields.ofQuery(encoded + "=a")).isInstanceOf(ProblemException.class);
    }

    @Test
    void texts_eachSpelling_isTheSameList() {
        assertThat(labels("labels=cat&labels=dog")).containsExactly("cat", "dog");
        assertThat(labels("labels=cat,dog")).containsExactly("cat", "dog");
        assertThat(labels("labels=%5B%22cat%22%2C%22dog%22%5D")).containsExactly("cat", "dog");
        assertThat(labels("labels=%20[\"cat\",%20\"dog\"]%20")).containsExactly("cat", "dog");
    }

    @Test
    void texts_severalValues_areNotTakenApart() {
        assertThat(labels("labels=red,+ripe&labels=[x]")).containsExactly("red, ripe", "[x]");
    }

    @Test
    void texts_emptyPlaces_stay() {
        assertThat(labels("labels=,a,")).containsExactly("", "a", "");
        assertThat(labels("labels=")).containsExactly("");
        assertThat(labels("labels=[]")).isEmpty();
    }

    @Test
    void texts_withoutASeparator_keepsTheCommas() {
        assertThat(FormFields.ofQuery("templates=a,+{}").texts("templates", Separator.NONE))
                .contains(List.of("a, {}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[          | expected close marker for Array, at line 1, column 2.",
                "[\"a\"     | at line 1, column 5.",
                "[\"a\"] b  | at line 1",
                "['a']      | at line 1, column 2",
                "[a]        | at line 1, column",
            })
    void texts_brokenArray_saysWhere(String json, String place) {
        assertThatThrownBy(() -> labels("labels=" + ServiceClient.encode(json)))
                .hasMessageStartingWith("Field 'labels' starts like a JSON array but is none: ")
                .hasMessageContaining(place)
                .message()
                .doesNotContain("StreamRead", "JsonRead", "REDACTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[null]", "[[\"a\"]]", "[\"a\",{}]"})
    void texts_arrayOfOtherThings_isRefused(String json) {
        assertThatThrownBy(() -> labels("labels=" + ServiceClient.encode(json)))
                .hasMessageContaining("it must be a JSON array of strings, or the field repeated");
    }

    @Test
    void texts_arrayOfMillionsOfObjects_isRefusedWithTheLimit() {
        var fields = new FormFields();
        fields.add("labels", "[" + "{},".repeat(1_000_000) + "{}]");

        assertThatThrownBy(() -> fields.texts("labels", Separator.COMMA))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("exceeds the maximum allowed (1200000)");
    }

    @Test
    void texts_arrayInAForm_isRefusedByWhatARequestMayHave() {
        var fields = new FormFields(100);
        fields.add("labels", "[" + "\"a\",".repeat(200) + "\"a\"]");

        assertThatThrownBy(() -> fields.texts("labels", Separator.COMMA))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("exceeds the maximum allowed (100)");
    }

    @Test
    void texts_millionsBetweenCommas_areCountedBeforeTheyAreThere() {
        var fields = new FormFields();
        fields.add("labels", "a,".repeat(16_000_000));

        int count = Allocation.within(
                1 << 16,
                () -> fields.texts("labels", Separator.COMMA).orElseThrow().size());

        assertThat(count).isEqualTo(16_000_001);
    }

    @Test
    void texts_emojiWithoutQuotes_isQuotedAsText() {
        assertThatThrownBy(() -> labels("labels=" + ServiceClient.encode("[🌻]")))
                .hasMessageStartingWith("Field 'labels' starts like a JSON array but is none: ")
                .message()
                .matches(LabelLimits::wellFormed);
    }

    @Test
    void number_plain_isRead() {
        assertThat(FormFields.ofQuery("a=%201.5e1%20").number("a")).contains(15.0);
        assertThat(FormFields.ofQuery("a=%2B.5").number("a")).contains(0.5);
        assertThat(FormFields.ofQuery("a=-3").integer("a")).contains(-3);
        assertThat(FormFields.ofQuery("b=1").number("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1f", "1D", "0x10", "0x1p3", "1_000", "١", "1,5", "1e", "e1", "one"})
    void number_ofAnotherKind_isRefused(String value) {
        FormFields fields = FormFields.ofQuery("a=" + ServiceClient.encode(value));

        assertThatThrownBy(() -> fields.number("a")).hasMessage("Field 'a' is '" + value + "'; it must be a number.");
        assertThatThrownBy(() -> fields.integer("a"))
                .hasMessage("Field 'a' is '" + value + "'; it must be a whole number.");
    }

    @Test
    void flag_otherThanTrueAndFalse_isRefused() {
        assertThat(FormFields.ofQuery("a=true").flag("a")).contains(true);
        assertThat(FormFields.ofQuery("a=+false").flag("a")).contains(false);
        assertThatThrownBy(() -> FormFields.ofQuery("a=True").flag("a")).hasMessageContaining("true or false");
    }

    @Test
    void text_givenTwice_isRefused() {
        assertThatThrownBy(() -> FormFields.ofQuery("a=1&a=1").text("a"))
                .hasMessage("Field 'a' is given 2 times; it must be given once.");
    }
}
