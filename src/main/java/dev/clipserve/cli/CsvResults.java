package dev.clipserve.cli;

import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.api.Problem;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Results as CSV (RFC 4180): a line for each label of each image, or one with the image's error. */
final class CsvResults implements ResultWriter {

    private final PrintWriter out;

    CsvResults(PrintWriter out) {
        this.out = out;
        line("image", "label", "probability", "similarity", "error");
    }

    @Override
    public void write(String image, Result result) {
        Problem error = result.error();
        if (error != null) {
            line(image, "", "", "", error.summary());
        }
        for (Prediction label : Objects.requireNonNullElse(result.predictions(), List.<Prediction>of())) {
            Float probability = label.probability();
            line(
                    image,
                    label.label(),
                    probability == null ? "" : probability.toString(),
                    String.valueOf(label.similarity()),
                    "");
        }
        out.flush();
    }

    private void line(String... cells) {
        out.print(Arrays.stream(cells).map(CsvResults::quoted).collect(Collectors.joining(",")));
        out.print("\r\n");
    }

    private static String quoted(String cell) {
        return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + cell.replace("\"", "\"\"") + '"'
                : cell;
    }

    @Override
    public void close() {
        out.flush();
    }
}
