package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyLinesTest {

    private static final String HASH = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void parse_linesCommentsAndSpace_areRead() {
        String content = "# who may ask\r\n\r\n  web   classify\t" + HASH + "  \r\nadmin classify,label-sets,metrics "
                + Keys.sha256("other");

        var keys = KeyLines.parse(content);

        assertThat(keys).extracting(AccessKey::name).containsExactly("web", "admin");
        assertThat(keys).extracting(AccessKey::scopes).containsExactly(Set.of(Scope.CLASSIFY), Set.of(Scope.values()));
        assertThat(keys.getFirst().hash().matches(KeyHash.of("abc"))).isTrue();
    }

    @Test
    void parse_nothing_isNoKey() {
        assertThat(KeyLines.parse("# nobody\n")).isEmpty();
        assertThat(KeyLines.parse("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web classify | has 2 columns",
                "web classify HASH more | has 4 columns",
                "web classify,secret HASH | scope 2 is none of those that there are, classify, label-sets, metrics",
                "web classify, HASH | scope 2 is none",
                "web CLASSIFY HASH | scope 1 is none",
                "web secret HASH | scope 1 is none",
                "web classify secret | 64 hexadecimal digits",
                "secret/ classify HASH | a key's name has up to 64 letters"
            })
    void parse_faultyLine_isNamedButNotQuoted(String line, String fault) {
        String content = "# first\nok classify " + Keys.sha256("ok") + "\n" + line.replace("HASH", HASH) + "\n";

        assertThatThrownBy(() -> KeyLines.parse(content))
                .isInstanceOf(InvalidKeysException.class)
                .hasMessageStartingWith("line 3: ")
                .hasMessageContaining(fault)
                .message()
                .doesNotContain("secret")
                .doesNotContain(HASH);
    }
}
