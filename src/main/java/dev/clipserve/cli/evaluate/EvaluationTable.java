package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.EvaluationReport.Compared;
import dev.clipserve.cli.evaluate.LabelResults.Confusion;
import dev.clipserve.cli.evaluate.LabelResults.OfLabel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * An evaluation in some lines for a terminal.
 *
 * @param report of which the table is
 */
public record EvaluationTable(EvaluationReport report) {

    /** Labels, and pairs of labels, that are named. */
    private static final int SHOWN = 5;

    private static final int MAX_NAME = 48;

    /** The lines, each with its end. */
    public String text() {
        var text = new StringBuilder();
        var data = report.data();
        text.append(String.format(
                Locale.ROOT,
                "%s, %s: %d images, %d labels%s%n",
                Printable.of(report.model().name()),
                report.model().precision(),
                data.evaluated(),
                data.labels(),
                data.failed() == 0 ? "" : ", " + data.failed() + " more images failed"));
        comparison(text);
        labels(text);
        confusions(text);
        return text.toString();
    }

    private void comparison(StringBuilder text) {
        int width = report.comparison().stream()
                .mapToInt(compared -> name(compared).length())
                .max()
                .orElseThrow();
        width = Math.max(width, "TEMPLATES".length());
        line(text, width, "TEMPLATES", "TOP-1", "95 %", "TOP-5", "LABEL MEAN", "ECE", "BEST T");
        for (Compared compared : report.comparison()) {
            Metrics metrics = compared.metrics();
            line(
                    text,
                    width,
                    name(compared),
                    metrics.top1().percent(),
                    metrics.top1().interval(),
                    metrics.top5().percent(),
                    Proportion.percent(metrics.meanLabelAccuracy()),
                    Proportion.percent(metrics.expectedCalibrationError()),
                    String.format(Locale.ROOT, "%.3f", metrics.bestTemperature().value()));
        }
    }

    private static void line(StringBuilder text, int width, String name, Object... cells) {
        text.append(name).append(" ".repeat(width - name.length()));
        text.append(String.format(Locale.ROOT, "  %9s  %13s  %9s  %10s  %8s  %6s%n", cells));
    }

    private static String name(Compared compared) {
        String name = Printable.of(compared.name());
        return name.length() > MAX_NAME ? name.substring(0, MAX_NAME - 1) + "…" : name;
    }

    private void labels(StringBuilder text) {
        List<OfLabel> worst = report.labels().stream()
                .sorted(Comparator.comparingDouble(label -> label.accuracy().value()))
                .limit(SHOWN)
                .toList();
        text.append("worst labels:");
        String separator = " ";
        for (OfLabel label : worst) {
            text.append(separator)
                    .append(Printable.of(label.label()))
                    .append(' ')
                    .append(label.accuracy().percent());
            separator = ", ";
        }
        text.append(System.lineSeparator());
    }

    private void confusions(StringBuilder text) {
        if (report.confusions().isEmpty()) {
            return;
        }
        text.append("mixed up:");
        String separator = " ";
        for (Confusion pair : report.confusions().stream().limit(SHOWN).toList()) {
            text.append(separator)
                    .append(Printable.of(pair.label()))
                    .append(" → ")
                    .append(Printable.of(pair.predicted()))
                    .append(' ')
                    .append(pair.images());
            separator = ", ";
        }
        text.append(System.lineSeparator());
    }
}
