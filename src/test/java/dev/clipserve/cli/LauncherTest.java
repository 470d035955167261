package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/clipserve}, with programs for Javas that say their version and their arguments. */
class LauncherTest {

    @TempDir
    private Path folder;

    private Path launcher = Path.of("");

    private record Answer(int code, List<String> lines) {}

    @BeforeEach
    void install() throws IOException {
        launcher = Files.createDirectory(folder.resolve("bin")).resolve("clipserve");
        Files.copy(Path.of("bin/clipserve"), launcher);
        Files.createFile(folder.resolve("bin/clipserve-1.0.jar"));
    }

    private Path java(String place, String version) throws IOException {
        Path java = folder.resolve(place);
        Files.createDirectories(java.getParent());
        Files.writeString(java, """
                #!/bin/sh
                [ "$1" = -version ] && { echo 'openjdk version "%s" 2026-01-01' >&2; exit; }
                echo "$0"
                for argument in "$@"; do echo "$argument"; done
                exit 7
                """.formatted(version));
        return Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** On a machine with nothing but a shell's own programs on the path, and no home. */
    private Answer launch(Map<String, String> environment, String... arguments) throws Exception {
        String[] command = Stream.concat(Stream.of("sh", launcher.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools().toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return new Answer(process.waitFor(), lines);
    }

    private Path tools() throws IOException {
        Path tools = folder.resolve("tools");
        if (!Files.exists(tools)) {
            Files.createDirectory(tools);
            for (String tool : List.of("sh", "sed", "head", "readlink", "dirname")) {
                Path there = Stream.of("/usr/bin", "/bin")
                        .map(place -> Path.of(place, tool))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
                Files.createSymbolicLink(tools.resolve(tool), there);
            }
        }
        return tools;
    }

    @Test
    void launch_javaOfTheEnvironment_runsTheJarBesideItAndGivesItsExitCode() throws Exception {
        Path java = java("jdk/java", "25.0.3");

        Answer answer = launch(
                Map.of("CLIPSERVE_JAVA", java.toString(), "CLIPSERVE_JAVA_OPTIONS", "-Xmx1g -Da=b"),
                "classify",
                "a b.png");

        assertThat(answer.code()).isEqualTo(7);
        assertThat(answer.lines())
                .containsExactly(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx1g",
                        "-Da=b",
                        "-jar",
                        folder.toRealPath().resolve("bin/clipserve-1.0.jar").toString(),
                        "classify",
                        "a b.png");
    }

    @Test
    void launch_javaHomeThatIsTooOld_isPassedOverForThePath() throws Exception {
        java("old/bin/java", "21.0.9");
        Path java = java("tools2/java", "27-ea");
        String path = java.getParent() + ":" + tools();

        Answer answer = launch(Map.of("JAVA_HOME", folder.resolve("old").toString(), "PATH", path));

        assertThat(answer.lines()).first().isEqualTo(java.toString());
    }

    @Test
    void launch_javaOfTheHomeFolder_isFoundWhereTheSystemHasNone() throws Exception {
        Path java = java(".jdks/jdk-99/bin/java", "99");
        // The JDKs that this machine has are not those of the system in the test.
        String script = Files.readString(launcher);
        for (String place : List.of("/usr/lib/jvm/", "/opt/", "/Library/")) {
            assertThat(script).contains(" " + place);
            script = script.replace(" " + place, " " + folder + place);
        }
        Files.writeString(launcher, script);

        Answer answer = launch(Map.of("HOME", folder.toString()), "--version");

        assertThat(answer.lines()).first().isEqualTo(java.toString());
    }

    @Test
    void launch_chosenJavaThatIsTooOld_isRefused() throws Exception {
        Path java = java("jdk/java", "1.8.0_402");

        Answer answer = launch(Map.of("CLIPSERVE_JAVA", java.toString()));

        assertThat(answer.code()).isEqualTo(4);
        assertThat(answer.lines())
                .containsExactly("clipserve: CLIPSERVE_JAVA is " + java + ", which is no Java 25 or newer.");
    }

    @Test
    void launch_byALink_findsTheJarOfItsTarget() throws Exception {
        Path java = java("jdk/java", "25");
        Path link = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("usr/bin")).resolve("clipserve"),
                Path.of("../../bin/clipserve"));
        launcher = link;

        Answer answer = launch(Map.of("CLIPSERVE_JAVA", java.toString()));

        assertThat(answer.lines()).anyMatch(line -> line.endsWith("/bin/clipserve-1.0.jar"));
    }

    @Test
    void launch_jarInTarget_isFound() throws Exception {
        Path java = java("jdk/java", "25");
        Files.delete(folder.resolve("bin/clipserve-1.0.jar"));
        Files.createDirectory(folder.resolve("target"));
        Files.createFile(folder.resolve("target/clipserve-2.0-sources.jar"));
        Files.createFile(folder.resolve("target/clipserve-2.0.jar"));

        Answer answer = launch(Map.of("CLIPSERVE_JAVA", java.toString()));

        assertThat(answer.lines()).anyMatch(line -> line.endsWith("/bin/../target/clipserve-2.0.jar"));
    }

    @Test
    void launch_noJar_saysWhereItLookedAndWhatToDo() throws Exception {
        Path java = java("jdk/java", "25");
        Files.delete(folder.resolve("bin/clipserve-1.0.jar"));

        Answer answer = launch(Map.of("CLIPSERVE_JAVA", java.toString()));

        assertThat(answer.code()).isEqualTo(4);
        assertThat(answer.lines().getFirst())
                .startsWith("clipserve: there is no clipserve*.jar in ")
                .contains("./mvnw package");
    }
}
