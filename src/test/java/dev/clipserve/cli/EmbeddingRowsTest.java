package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.clip.Embedding;
import dev.clipserve.image.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmbeddingRowsTest {

    private static final JsonNode MODEL = JsonMapper.shared().readTree("{\"model\":\"abc\"}");

    @TempDir
    private Path folder;

    private EmbeddingOutput output = new EmbeddingOutput(Path.of("x.npy"));

    @BeforeEach
    void name() {
        output = new EmbeddingOutput(folder.resolve("out.npy"));
    }

    private EmbeddingRows open() throws IOException {
        return EmbeddingRows.open(output, 2, MODEL);
    }

    private static ImageOutcome image(float x, float y) {
        return new ImageOutcome.Embedded(
                new EmbeddedImage(ImageFormat.PNG, 4, 3, Embedding.normalize(new float[] {x, y})));
    }

    private static ImageOutcome bad() {
        return new ImageOutcome.Failed(new ProblemException(ProblemType.EMPTY_IMAGE, "The image is empty."));
    }

    private static void addAll(EmbeddingRows rows, int from) throws IOException {
        ImageOutcome[] outcomes = {image(3, 4), bad(), image(-4, 3)};
        for (int i = from; i < outcomes.length; i++) {
            rows.add("ö" + i + ".png", outcomes[i]);
        }
    }

    private void uninterrupted() throws IOException {
        try (var rows = open()) {
            addAll(rows, 0);
            rows.finish();
        }
    }

    @Test
    void finish_rows_areANumPyFileOfLittleEndianFloats() throws IOException {
        uninterrupted();

        ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(output.npy())).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[128];
        npy.get(header);
        assertThat(header)
                .startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0)
                .endsWith(0x20, 0x0a);
        assertThat(new String(header, 10, 118, StandardCharsets.US_ASCII).strip())
                .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }");
        float[] values = new float[6];
        npy.asFloatBuffer().get(values);
        assertThat(values).containsExactly(0.6f, 0.8f, Float.NaN, Float.NaN, -0.8f, 0.6f);
        assertThat(npy.remaining()).isEqualTo(24);
    }

    @Test
    void finish_lines_sayWhatEachRowIs() throws IOException {
        uninterrupted();

        assertThat(Files.readAllLines(output.jsonl()))
                .containsExactly(
                        "{\"path\":\"ö0.png\",\"format\":\"png\",\"width\":4,\"height\":3}",
                        "{\"path\":\"ö1.png\",\"error\":{\"type\":\"/problems/empty-image\",\"title\":\"Empty image\","
                                + "\"status\":422,\"detail\":\"The image is empty.\"}}",
                        "{\"path\":\"ö2.png\",\"format\":\"png\",\"width\":4,\"height\":3}");
        assertThat(output.folder()).doesNotExist();
    }

    // Cuts after two rows, damages what is there, and goes on; the files must be those of a run that was not cut.
    private void cut(int kept, Damage damage) throws IOException {
        uninterrupted();
        byte[] npy = Files.readAllBytes(output.npy());
        byte[] jsonl = Files.readAllBytes(output.jsonl());
        Files.delete(output.npy());
        Files.delete(output.jsonl());
        try (var rows = open()) {
            rows.add("ö0.png", image(3, 4));
            rows.add("ö1.png", bad());
        }
        damage.of(output.unfinished("rows.npy"), output.unfinished("rows.jsonl"));

        try (var rows = open()) {
            assertThat(rows.done()).hasSize(kept);
            assertThat(rows.failed()).isEqualTo(kept == 2 ? 1 : 0);
            addAll(rows, kept);
            rows.finish();
        }

        assertThat(Files.readAllBytes(output.npy())).isEqualTo(npy);
        assertThat(Files.readAllBytes(output.jsonl())).isEqualTo(jsonl);
    }

    private interface Damage {
        void of(Path npy, Path jsonl) throws IOException;
    }

    @Test
    void open_afterACut_goesOn() throws IOException {
        cut(2, (npy, jsonl) -> {});
    }

    @Test
    void open_halfARowAndHalfALine_areDropped() throws IOException {
        cut(2, (npy, jsonl) -> {
            Files.write(npy, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
            Files.writeString(jsonl, "{\"path\":\"ö2.png\",\"wid", StandardOpenOption.APPEND);
        });
    }

    @Test
    void open_aRowWithoutItsLine_isMadeAnew() throws IOException {
        cut(1, (npy, jsonl) -> {
            String lines = Files.readString(jsonl);
            Files.writeString(jsonl, lines.substring(0, lines.length() - 1));
        });
    }

    @Test
    void open_aLineWhoseRowIsZeros_isMadeAnew() throws IOException {
        cut(1, (npy, jsonl) -> {
            byte[] rows = Files.readAllBytes(npy);
            Arrays.fill(rows, 128 + 8, 128 + 16, (byte) 0);
            Files.write(npy, rows);
        });
    }

    @Test
    void open_aLineOfZeros_isMadeAnewWithAllBehindIt() throws IOException {
        cut(0, (npy, jsonl) -> {
            byte[] lines = Files.readAllBytes(jsonl);
            Arrays.fill(lines, 0, 5, (byte) 0);
            Files.write(jsonl, lines);
        });
    }

    @Test
    void open_unfinishedOfAnotherModel_isRefused() throws IOException {
        open().close();

        assertThatThrownBy(
                        () -> EmbeddingRows.open(output, 2, JsonMapper.shared().readTree("{\"model\":\"xyz\"}")))
                .hasMessageContaining("out.npy.part holds rows of other images or of another model; remove it");
    }

    @Test
    void open_finishedFile_isNotTouched() throws IOException {
        uninterrupted();

        assertThatThrownBy(this::open).hasMessageContaining("out.npy is there already");
    }

    @Test
    void open_linesOfSomebodyElse_areNotTouched() throws IOException {
        Files.writeString(output.jsonl(), "mine");

        assertThatThrownBy(this::open).hasMessageContaining("out.jsonl is there already; remove it, or name another.");

        assertThat(output.jsonl()).hasContent("mine");
        assertThat(output.folder()).doesNotExist();
    }

    @Test
    void open_linesOfSomebodyElseBesideAnUnfinishedRun_areNotTouched() throws IOException {
        open().close();
        Files.writeString(output.jsonl(), "mine");

        assertThatThrownBy(this::open).hasMessageContaining("out.jsonl is there already");

        assertThat(output.jsonl()).hasContent("mine");
    }

    @Test
    void open_aRunThatWasCutBetweenItsMoves_hasAllItsRows() throws IOException {
        uninterrupted();
        byte[] npy = Files.readAllBytes(output.npy());
        byte[] jsonl = Files.readAllBytes(output.jsonl());
        Files.createDirectory(output.folder());
        Files.writeString(output.unfinished("run.json"), MODEL.toString());
        Files.move(output.npy(), output.unfinished("rows.npy"));

        try (var rows = open()) {
            assertThat(rows.done()).hasSize(3);
            assertThat(rows.failed()).isEqualTo(1);
            rows.finish();
        }

        assertThat(output.npy()).hasBinaryContent(npy);
        assertThat(output.jsonl()).hasBinaryContent(jsonl);
        assertThat(output.folder()).doesNotExist();
    }

    @Test
    void output_otherEnding_isRefused() {
        assertThatThrownBy(() -> new EmbeddingOutput(Path.of("out.parquet"))).hasMessageContaining("must end in .npy");
    }
}
