package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHashTest {

    /** FIPS 180-2, example B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void of_key_isItsSha256() {
        assertThat(KeyHash.of("abc").matches(KeyHash.parse(ABC))).isTrue();
        assertThat(KeyHash.of("abd").matches(KeyHash.parse(ABC))).isFalse();
    }

    @Test
    void parse_upperCase_isTheSame() {
        assertThat(KeyHash.parse(ABC.replace('b', 'B')).matches(KeyHash.parse(ABC)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
                "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "a secret key, by mistake"
            })
    void parse_somethingElse_isRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> KeyHash.parse(text))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageContaining("64 hexadecimal digits, not " + text.length() + " characters")
                .message()
                .doesNotContain(text.isEmpty() ? "any" : text);
    }
}
