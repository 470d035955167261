package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.fuzz.Allocation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommaSeparatedTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "a", "a,b", ",a,", " a , ,b\t,\u2003,猫,🌻", "a,,b,,", "\u00a0,x"})
    void size_anyText_isThatOfWhatItIsTakenApartTo(String text) {
        List<String> all = Arrays.asList(text.split(",", -1));

        assertThat(CommaSeparated.all(text)).hasSize(all.size()).isEqualTo(all);
        assertThat(CommaSeparated.withoutBlanks(text))
                .isEqualTo(all.stream().filter(part -> !part.isBlank()).toList());
    }

    @Test
    void withoutBlanks_blanksOnly_isEmpty() {
        assertThat(CommaSeparated.withoutBlanks(" , ,")).isEmpty();
        assertThat(CommaSeparated.withoutBlanks("a, ,b,")).containsExactly("a", "b");
    }

    @Test
    void size_ofMillions_takesNoMemory() {
        String text = "a,".repeat(16_000_000);

        assertThat(Allocation.within(10_000, () -> CommaSeparated.all(text).size()))
                .isEqualTo(16_000_001);
        assertThat(Allocation.within(
                        10_000, () -> CommaSeparated.withoutBlanks(text).size()))
                .isEqualTo(16_000_000);
    }
}
