package dev.clipserve.cli;

import dev.clipserve.api.ImageOutcome;
import dev.clipserve.clip.EmbeddedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows of embeddings on their way into a NumPy file and, line by line, what each row is about into a JSONL file beside
 * it. Until {@link #finish} both grow in a folder of their own, where a run that was cut off finds them again.
 *
 * <p>A row is written before its line. What a cut, or a power failure, has left behind half is recognized when the
 * folder is opened again, since a row has length 1, or is all NaN where its line tells an error; from there on it is
 * made anew.
 */
final class EmbeddingRows implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** How far from 1 the squared length of a row may be when each number is rounded to a float. */
    private static final double ROUNDING = 1e-4;

    private static final String RUN = "run.json";
    private static final String ROWS = "rows.npy";
    private static final String LINES = "rows.jsonl";

    private final EmbeddingOutput output;
    private final NpyFile npy;
    private final FileChannel lines;
    private final int dimension;
    private final Set<String> done = new HashSet<>();
    private int failed;

    private EmbeddingRows(EmbeddingOutput output, int dimension) throws IOException {
        this.output = output;
        this.dimension = dimension;
        this.npy = NpyFile.open(output.unfinished(ROWS), dimension);
        this.lines = FileChannel.open(output.unfinished(LINES), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /**
     * Begins, or goes on where a run with the same identity was cut off.
     *
     * @param identity what computes the rows, and of what
     * @throws UsageException if there is a file of the output's names, or an unfinished one of another identity
     */
    static EmbeddingRows open(EmbeddingOutput output, int dimension, JsonNode identity) throws IOException {
        if (Files.exists(output.npy())) {
            throw isThere(output.npy());
        }
        boolean linesMoved = isCutBetweenMoves(output);
        if (Files.exists(output.jsonl()) && !linesMoved) {
            throw isThere(output.jsonl());
        }
        Files.createDirectories(output.folder());
        Path run = output.unfinished(RUN);
        if (!Files.exists(run)) {
            Files.writeString(run, identity.toString());
        } else if (!isSame(run, identity)) {
            throw new UsageException(output.folder()
                    + " holds rows of other images or of another model; remove it, or name another output.");
        }
        if (linesMoved) {
            Files.move(output.jsonl(), output.unfinished(LINES), StandardCopyOption.ATOMIC_MOVE);
        }
        var rows = new EmbeddingRows(output, dimension);
        try {
            rows.recover();
            return rows;
        } catch (IOException | RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private static UsageException isThere(Path file) {
        return new UsageException(file + " is there already; remove it, or name another.");
    }

    /** Whether the lines in their place are those of a run that was cut off before its rows were in theirs. */
    private static boolean isCutBetweenMoves(EmbeddingOutput output) {
        return Files.exists(output.jsonl())
                && Files.exists(output.unfinished(RUN))
                && Files.exists(output.unfinished(ROWS))
                && Files.notExists(output.unfinished(LINES));
    }

    private static boolean isSame(Path run, JsonNode identity) throws IOException {
        try {
            return MAPPER.readTree(Files.readString(run)).equals(identity);
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Keeps the rows that are whole, and their lines. */
    private void recover() throws IOException {
        long end = 0;
        long rows = npy.rows();
        try (var in = new BufferedInputStream(Files.newInputStream(output.unfinished(LINES)))) {
            for (byte[] line = line(in); line != null && done.size() < rows; line = line(in)) {
                JsonNode about = parse(line);
                if (about == null || !isWhole(npy.read(done.size()), about.has("error"))) {
                    break;
                }
                failed += about.has("error") ? 1 : 0;
                done.add(about.path("path").asString());
                end += line.length + 1;
            }
        }
        lines.truncate(end).position(end);
        npy.truncate(done.size());
    }

    /** The next line without its end; null where there is none that has an end. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toByteArray();
            }
            line.write(b);
        }
        return null;
    }

    private static @Nullable JsonNode parse(byte[] line) {
        try {
            JsonNode about = MAPPER.readTree(line);
            return about.path("path").isString() ? about : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static boolean isWhole(float[] row, boolean error) {
        double squared = 0;
        for (float value : row) {
            squared += (double) value * value;
        }
        return error ? Double.isNaN(squared) : Math.abs(squared - 1) < ROUNDING;
    }

    /** The images that have a row already. */
    Set<String> done() {
        return done;
    }

    /** How many rows have no embedding. */
    int failed() {
        return failed;
    }

    /** Adds the row of an image: its embedding, or not a number where it has none. */
    void add(String path, ImageOutcome outcome) throws IOException {
        var about = MAPPER.createObjectNode().put("path", path);
        float[] row = new float[dimension];
        switch (outcome) {
            case ImageOutcome.Embedded(EmbeddedImage image) -> {
                image.embedding().copyInto(row, 0);
                about.put("format", image.format().wireName())
                        .put("width", image.width())
                        .put("height", image.height());
            }
            case ImageOutcome.Failed(var refused) -> {
                Arrays.fill(row, Float.NaN);
                about.set("error", MAPPER.valueToTree(refused.problem()));
                failed++;
            }
        }
        npy.add(row);
        ByteBuffer line = ByteBuffer.wrap((about + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            lines.write(line);
        }
        done.add(path);
    }

    /** Puts both files in their places, the NumPy file last: when it is there, all is. */
    void finish() throws IOException {
        npy.finish();
        lines.force(true);
        close();
        Files.move(output.unfinished(LINES), output.jsonl(), StandardCopyOption.ATOMIC_MOVE);
        Files.move(output.unfinished(ROWS), output.npy(), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(output.unfinished(RUN));
        Files.delete(output.folder());
    }

    @Override
    public void close() throws IOException {
        try (npy) {
            lines.close();
        }
    }
}
