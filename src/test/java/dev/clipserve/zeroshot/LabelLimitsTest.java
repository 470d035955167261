package dev.clipserve.zeroshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelLimitsTest {

    private static final LabelLimits LIMITS = new LabelLimits(3, 5);

    private static List<String> check(String... labels) {
        return LIMITS.check(List.of(labels), Optional.empty());
    }

    @Test
    void check_labels_areStrippedAndKeepTheirOrder() {
        assertThat(check(" b ", "a\t", "\u3000猫")).containsExactly("b", "a", "猫");
    }

    @Test
    void check_noneLabel_standsLastAndCounts() {
        assertThat(LIMITS.check(List.of("a", "b"), Optional.of(" c "))).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> LIMITS.check(List.of("a", "b", "c"), Optional.of("d")))
                .isInstanceOf(InvalidLabelsException.class)
                .hasMessage("There are 4 labels; at most 3 are allowed.");
        assertThatThrownBy(() -> LIMITS.check(List.of("a", "b"), Optional.of(" b")))
                .isInstanceOf(InvalidLabelsException.class)
                .hasMessage("The none_label 'b' is also label 2; each may be there once.");
        assertThatThrownBy(() -> LIMITS.check(List.of("a"), Optional.of(""))).hasMessage("The none_label is blank.");
        assertThatThrownBy(() -> LIMITS.check(List.of(), Optional.of("a")))
                .isInstanceOf(InvalidLabelsException.class)
                .hasMessage("There are no labels; give at least one in 'labels'.");
    }

    @Test
    void check_millions_areCountedAndNotLookedAt() {
        List<String> millions = new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new AssertionError("label " + index + " was looked at");
            }

            @Override
            public int size() {
                return 16_777_216;
            }
        };

        assertThatThrownBy(() -> LIMITS.check(millions, Optional.of("d")))
                .hasMessage("There are 16777217 labels; at most 3 are allowed.");
    }

    @Test
    void checkCount_moreThanAreAllowed_saysHowMany() {
        assertThatCode(() -> LIMITS.checkCount(3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> LIMITS.checkCount(4))
                .isInstanceOf(InvalidLabelsException.class)
                .hasMessage("There are 4 labels; at most 3 are allowed.");
    }

    @Test
    void check_differingInSpaceAround_areTheSame() {
        assertThatThrownBy(() -> check("a", "b", " a"))
                .hasMessage("Label 'a' is there twice, at places 1 and 3; each may be there once.");
    }

    @Test
    void check_length_isWithoutTheSpaceAround() {
        assertThat(check("     12345     ")).containsExactly("12345");
        assertThatThrownBy(() -> check("a", "123456")).hasMessage("Label 2 has 6 characters; at most 5 are allowed.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u2003"})
    void check_blank_saysWhich(String blank) {
        assertThatThrownBy(() -> check("a", blank)).hasMessage("Label 2 is blank.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83c", "\udf3b", "a\ud83c", "\udf3b\ud83c"})
    void check_halfASurrogatePair_saysWhich(String label) {
        assertThatThrownBy(() -> check(label)).hasMessageStartingWith("Label 1 is not valid Unicode");
    }

    @Test
    void shorten_longText_endsInAnEllipsis() {
        assertThat(LabelLimits.shorten("a".repeat(60))).isEqualTo("a".repeat(60));
        assertThat(LabelLimits.shorten("a".repeat(61))).isEqualTo("a".repeat(60) + "…");
    }

    @Test
    void shorten_toALength_endsThere() {
        assertThat(LabelLimits.shorten("abcd", 4)).isEqualTo("abcd");
        assertThat(LabelLimits.shorten("abcde", 4)).isEqualTo("abcd…");
        assertThat(LabelLimits.shorten("abc🌻", 4)).isEqualTo("abc…");
    }

    @Test
    void shorten_halfOfAPair_becomesAReplacementCharacter() {
        assertThat(LabelLimits.shorten("a\ud83cb🌻\udf3b")).isEqualTo("a\ufffdb🌻\ufffd");
    }

    @Test
    void shorten_inTheMiddleOfAnEmoji_keepsWholeCharacters() {
        assertThat(LabelLimits.wellFormed(LabelLimits.shorten("a".repeat(59) + "🌻🌻")))
                .isTrue();
    }
}
