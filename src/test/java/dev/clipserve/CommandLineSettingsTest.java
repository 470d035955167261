package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are wrong, as commands tell of them: the fault in words, exit code 2, and no stack trace. */
class CommandLineSettingsTest {

    @TempDir
    private Path folder;

    private static Answer classifyWith(String property, String value) {
        System.setProperty(property, value);
        try {
            return new Shell(new ConfiguredModels(Progress.SILENT))
                    .run("classify", "models/mini-clip/canary.png", "-l", "cat,dog");
        } finally {
            System.clearProperty(property);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clipserve.limits.max-images | 0 | maxImages is 0: must be greater than or equal to 1",
                "clipserve.model.precision | fp8 | Setting clipserve.model.precision: ",
                "clipserve.image.max-size | big | Setting clipserve.image.max-size: 'big' does not match",
                "spring.config.location | file:none.yaml | file:none.yaml"
            })
    void classify_settingThatCannotBe_isNamed(String property, String value, String words) {
        Answer answer = classifyWith(property, value);

        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.err()).contains(words).doesNotContain("\tat ");
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void classify_settingsThatAreNoYaml_saysWhere() throws IOException {
        Files.writeString(folder.resolve("application.yaml"), "clipserve:\n  limits: [\n");

        Answer answer =
                classifyWith("spring.config.additional-location", folder.toUri().toString());

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("A file of settings is not valid YAML", "line 3, column 1", "Mend application.yaml")
                .doesNotContain("\tat ");
    }
}
