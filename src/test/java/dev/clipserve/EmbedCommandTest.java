package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.cli.Shell;
import dev.clipserve.cli.Shell.Answer;
import dev.clipserve.hub.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code embed}, also as a process that is killed. */
class EmbedCommandTest {

    private static final Path FLOWER = Path.of("models/mini-clip/canary.png");
    private static final int HEADER = 128;

    @TempDir
    private Path folder;

    private final Shell shell = new Shell(new ConfiguredModels(Progress.SILENT));

    private Path images = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        images = folder.resolve("images");
        Files.createDirectories(images.resolve("a"));
        out = folder.resolve("out.npy");
        Files.copy(FLOWER, images.resolve("a/below.png"));
        Files.writeString(images.resolve("b.png"), "no image");
        Files.copy(FLOWER, images.resolve("c.png"));
    }

    private float[] row(int index) throws IOException {
        ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
        int dimension = (npy.capacity() - HEADER) / Float.BYTES / 3;
        float[] values = new float[dimension];
        npy.position(HEADER)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(index * dimension, values);
        return values;
    }

    @Test
    void embed_folder_hasARowForEachImageAndOneBadStopsNone() throws IOException {
        Answer answer = shell.run("embed", images.toString(), "-o", out.toString());

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err())
                .contains("b.png: Not an image: ")
                .contains("3 rows in " + out)
                .contains("1 of them failed");
        assertThat(row(0)).isEqualTo(row(2));
        assertThat(row(1)).containsOnly(Float.NaN);
        double squared = 0;
        for (float value : row(0)) {
            squared += (double) value * value;
        }
        assertThat(squared).isBetween(0.9999, 1.0001);
        List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("a/below.png").contains("\"width\":320");
        assertThat(lines.get(1)).contains("b.png").contains("/problems/not-an-image");
    }

    @Test
    void embed_nameThatWouldMoveTheCursor_doesNot() throws IOException {
        Files.writeString(images.resolve("d\u001b[31m.png"), "no image");

        Answer answer = shell.run("embed", images.toString(), "-o", out.toString());

        assertThat(answer.err()).contains("d\ufffd[31m.png: Not an image").doesNotContain("\u001b");
        assertThat(Files.readAllLines(folder.resolve("out.jsonl")).getLast()).contains("d\\u001");
    }

    @Test
    void embed_processThatIsKilled_goesOnToTheSameFiles() throws Exception {
        shell.run("embed", images.toString(), "-o", out.toString());
        byte[] rows = Files.readAllBytes(out);
        Files.delete(out);
        Files.delete(folder.resolve("out.jsonl"));
        // It waits for whoever writes into the pipe, so the process stands still after two rows.
        Path pipe = images.resolve("c.png");
        Files.delete(pipe);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        List<String> arguments = List.of(
                "embed",
                images.resolve("a/below.png").toString(),
                images.resolve("b.png").toString(),
                pipe.toString(),
                "-o",
                out.toString());
        Process process = start(arguments);
        Path lines = folder.resolve("out.npy.part/rows.jsonl");
        while (process.isAlive()
                && (!Files.exists(lines) || Files.readAllLines(lines).size() < 2)) {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
        assertThat(out).doesNotExist();
        Files.delete(pipe);
        Files.copy(FLOWER, pipe);

        Answer answer = shell.run(arguments.toArray(String[]::new));

        assertThat(answer.err()).contains("Going on after 2 rows.").doesNotContain("b.png: Not an image");
        assertThat(answer.code()).isEqualTo(1);
        assertThat(Files.readAllBytes(out)).isEqualTo(rows);
        assertThat(folder.resolve("out.npy.part")).doesNotExist();
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dclipserve.model.threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clipserve.ClipServeApplication"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @Test
    void embed_manyImages_keepTheirOrder() throws IOException {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < 300; i++) {
            Path image = many.resolve(String.format(Locale.ROOT, "%03d.png", i));
            Files.copy(FLOWER, image);
            // Other bytes behind the image's end: nothing is remembered, all are encoded.
            try (OutputStream end = Files.newOutputStream(image, StandardOpenOption.APPEND)) {
                end.write(i);
                end.write(i / 256);
            }
        }

        Answer answer = shell.run("embed", many.toString(), "-o", out.toString());

        assertThat(answer.code()).as(answer.err()).isZero();
        List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
        for (int i = 0; i < 300; i++) {
            assertThat(lines.get(i)).contains(String.format(Locale.ROOT, "/%03d.png", i));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "embed models -o x.parquet | must end in .npy",
                "embed models | Missing required option: '--output=FILE.npy'",
                "embed - -o x.npy | Standard input has no name",
                "embed models -o none/x.npy | none is not there",
                "embed release -o x.npy | There are no images in release"
            })
    void embed_whatMakesNoSense_isRefusedWithTheReason(String arguments, String words) {
        Answer answer = shell.run(arguments.split(" "));

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains(words);
    }
}
