package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.hub.Hub;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {

    @TempDir
    private Path folder;

    private final Shell shell = new Shell(new ModelSource() {

        @Override
        public LoadedModel load(ModelChoice choice) {
            throw new AssertionError("no model is needed");
        }

        @Override
        public Hub hub() {
            throw new AssertionError("no hub is needed");
        }
    });

    @ParameterizedTest
    @CsvSource({"'clipserve cl', classify", "'clipserve classify --thr', --threshold", "'clipserve completion ', zsh"})
    void completion_bash_completesCommandsAndOptions(String typed, String completed) throws Exception {
        Path script = Files.writeString(
                folder.resolve("completion"), shell.run("completion", "bash").out());
        String words = typed.endsWith(" ") ? typed + "''" : typed;
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        ". '" + script + "'; COMP_WORDS=(" + words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                                + " _complete_clipserve; printf '%s\\n' \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();

        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).isZero();
        assertThat(answer.lines().map(String::strip)).contains(completed);
    }

    @Test
    void completion_zsh_loadsTheCompletionOfBash() {
        assertThat(shell.run("completion", "zsh").out()).contains("autoload -U +X bashcompinit && bashcompinit");
    }

    @Test
    void completion_otherShell_isRefused() {
        assertThat(shell.run("completion", "fish").err()).contains("expected one of [BASH, ZSH]");
    }
}
