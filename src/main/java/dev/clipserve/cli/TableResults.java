package dev.clipserve.cli;

import dev.clipserve.api.ClassifyResponse.Prediction;
import dev.clipserve.api.ClassifyResponse.Result;
import dev.clipserve.cli.evaluate.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Results in columns, each image's name at its first label; what failed is told on standard error only. */
final class TableResults implements ResultWriter {

    private final PrintWriter out;
    private final int imageWidth;
    private final int labelWidth;

    TableResults(PrintWriter out, List<String> images, List<String> labels) {
        this.out = out;
        this.imageWidth = width("IMAGE", images);
        this.labelWidth = width("LABEL", labels);
        line("IMAGE", "LABEL", "PROBABILITY", "SIMILARITY");
    }

    private static int width(String head, List<String> cells) {
        return Math.max(
                TextWidth.of(head), cells.stream().mapToInt(TextWidth::of).max().orElse(0));
    }

    @Override
    public void write(String image, Result result) {
        String name = image;
        for (Prediction label : Objects.requireNonNullElse(result.predictions(), List.<Prediction>of())) {
            Float probability = label.probability();
            line(
                    name,
                    label.label(),
                    probability == null ? "" : String.format(Locale.ROOT, "%.6f", probability),
                    String.format(Locale.ROOT, "%.6f", label.similarity()));
            name = "";
        }
        out.flush();
    }

    private void line(String image, String label, String probability, String similarity) {
        out.println(TextWidth.padded(Printable.of(image), imageWidth) + "  "
                + TextWidth.padded(Printable.of(label), labelWidth)
                + String.format(Locale.ROOT, "  %11s  %10s", probability, similarity));
    }

    @Override
    public void close() {
        out.flush();
    }
}
