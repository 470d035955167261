package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstWordTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--server.port=9000 | NONE",
                "--debug classify | NONE",
                "serve | SERVE",
                "serve --server.port=9000 | SERVE",
                "serve --help | COMMAND",
                "serve -h | COMMAND",
                "--help | COMMAND",
                "--version | COMMAND",
                "-h | COMMAND",
                "classify a.png --labels cat | COMMAND",
                "clasify | COMMAND"
            })
    void of_arguments_isWhatTheFirstSays(String arguments, FirstWord word) {
        assertThat(FirstWord.of(arguments.split(" "))).isEqualTo(word);
    }

    @Test
    void of_nothingOrABlank_isNone() {
        assertThat(FirstWord.of(new String[0])).isEqualTo(FirstWord.NONE);
        assertThat(FirstWord.of(new String[] {""})).isEqualTo(FirstWord.NONE);
    }

    @Test
    void others_ofServe_areItsArguments() {
        assertThat(FirstWord.others(new String[] {"serve", "--server.port=1"})).containsExactly("--server.port=1");
    }
}
