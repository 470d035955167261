package dev.clipserve.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/** A CSV file (RFC 4180, UTF-8) with a header; every fault names the file and the line. */
final class CsvFile {

    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY, CsvReadFeature.SKIP_EMPTY_LINES)
            .build();

    private final Path file;
    private final List<Row> rows;

    /** Cells of a row, and the line on which it begins. */
    private record Row(int line, List<String> cells) {}

    private CsvFile(Path file, List<Row> rows) {
        this.file = file;
        this.rows = rows;
    }

    /** Takes two cells of a row. */
    interface Pairs {

        /**
         * Takes a row.
         *
         * @param place the file and the line, for messages
         */
        void take(String place, String first, String second);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidDataException if it is not there, no CSV, or has no rows
     */
    static CsvFile read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (MappingIterator<String[]> lines =
                MAPPER.readerFor(String[].class).readValues(Files.newInputStream(file))) {
            while (lines.hasNextValue()) {
                int line = lines.parser().currentLocation().getLineNr();
                rows.add(new Row(
                        line,
                        Arrays.stream(lines.nextValue()).map(String::strip).toList()));
            }
        } catch (NoSuchFileException e) {
            throw new InvalidDataException(file + ": there is no such file.", e);
        } catch (JacksonException e) {
            throw new InvalidDataException(
                    file + ", line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ", is no CSV in UTF-8: "
                            + e.getOriginalMessage(),
                    e);
        }
        if (rows.isEmpty()) {
            throw new InvalidDataException(file + " is empty; its first line must name the columns.");
        }
        return new CsvFile(file, rows);
    }

    /** The names of the columns. */
    List<String> columns() {
        return rows.getFirst().cells();
    }

    /**
     * Gives two columns, row by row; neither cell is blank.
     *
     * @throws InvalidDataException if there is no such column, or a row lacks one of the cells
     */
    void pairs(String first, String second, Pairs pairs) {
        int from = column(first);
        int to = column(second);
        for (Row row : rows.subList(1, rows.size())) {
            String place = file + ", line " + row.line();
            pairs.take(place, cell(row, from, place), cell(row, to, place));
        }
    }

    private int column(String name) {
        int column = columns().indexOf(name);
        if (column < 0) {
            throw new InvalidDataException(
                    file + " has no column '" + name + "'; its first line names " + String.join(", ", columns()) + ".");
        }
        return column;
    }

    private String cell(Row row, int column, String place) {
        if (column >= row.cells().size() || row.cells().get(column).isEmpty()) {
            throw new InvalidDataException(
                    place + ", has no " + columns().get(column) + ": '" + String.join(",", row.cells()) + "'.");
        }
        return row.cells().get(column);
    }
}
