package dev.clipserve.cli;

import dev.clipserve.api.LocalClassification;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The forms that results of a classification can have. */
enum ResultFormat {
    /** For people. */
    TABLE,
    /** The answer of {@code POST /classify}, each result with its {@code path}. */
    JSON,
    /** A line for each image, as the results in JSON. */
    JSONL,
    /** For spreadsheets. */
    CSV;

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    ResultWriter open(PrintWriter out, String model, List<String> images, LocalClassification classification) {
        return switch (this) {
            case TABLE -> new TableResults(out, images, classification.labels());
            case JSON -> new JsonResults(out, model, classification);
            case JSONL -> new JsonLines(out);
            case CSV -> new CsvResults(out);
        };
    }
}
