package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Hub;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private final Shell shell = new Shell(new ModelSource() {

        @Override
        public LoadedModel load(ModelChoice choice) {
            throw new OutOfMemoryError("Java heap space");
        }

        @Override
        public Hub hub() {
            throw new AssertionError("no hub is needed");
        }
    });

    @Test
    void run_outOfMemory_isNotTakenForImagesThatFailed() {
        Answer answer = shell.run("classify", "pom.xml", "-l", "cat");

        assertThat(answer.code()).isEqualTo(ExitCode.BROKEN);
        assertThat(answer.err()).contains("OutOfMemoryError: Java heap space");
    }
}
