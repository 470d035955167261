package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.EvaluationReport.Compared;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * An evaluation as one page that needs nothing from elsewhere and runs no script: style, drawings and pictures are in
 * it, and its policy forbids all else. Names of labels and files are hostile input: they go through {@link Html}.
 */
final class HtmlReport {

    /** Labels without images that are named. */
    private static final int SHOWN = 10;

    private final EvaluationReport report;
    private final Thumbnails thumbnails;
    private final StringBuilder page = new StringBuilder();

    HtmlReport(EvaluationReport report, Thumbnails thumbnails) {
        this.report = report;
        this.thumbnails = thumbnails;
    }

    /** The page, as well-formed XML, too. */
    String page() {
        String title = "How good " + report.model().name() + " is";
        page.append("""
                <!DOCTYPE html>
                <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                """.formatted(Html.text(title), style(), Html.text(title)));
        summary();
        comparison();
        calibration();
        new HtmlDetails(report, thumbnails).writeTo(page);
        page.append("</main>\n</body>\n</html>\n");
        return page.toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("/evaluate/report.css")) {
            if (in == null) {
                throw new IllegalStateException("/evaluate/report.css is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void summary() {
        Metrics metrics = report.metrics();
        page.append("<dl class=\"figures\">\n");
        figure("top-1", metrics.top1());
        figure("top-5", metrics.top5());
        figure("mean of the labels", Proportion.percent(metrics.meanLabelAccuracy()), "each label counts the same");
        figure(
                "calibration error",
                Proportion.percent(metrics.expectedCalibrationError()),
                "at the best temperature "
                        + Proportion.percent(metrics.bestTemperature().expectedCalibrationError()));
        page.append("</dl>\n<dl class=\"facts\">\n");
        var data = report.data();
        fact("images", data.evaluated() + " of " + String.join(", ", data.sources()));
        if (data.failed() > 0) {
            fact("failed", data.failed() + " images; they are not among those");
        }
        if (data.leftOut() > 0) {
            fact("left out", data.leftOut() + " images whose label was not asked");
        }
        fact("labels", data.labels() + withoutImages(data.labelsWithoutImages()));
        var model = report.model();
        fact(
                "model",
                model.name() + ", " + model.precision() + " on " + model.provider() + ", " + model.imageWidth() + " × "
                        + model.imageHeight() + " pixels, " + model.dimension() + " dimensions");
        fact("digest", model.digest());
        fact("templates", String.join(" · ", report.templates()));
        fact("by", "clipserve evaluate, " + report.clipserve());
        page.append("</dl>\n");
    }

    private static String withoutImages(List<String> labels) {
        return labels.isEmpty()
                ? ""
                : ", of which " + labels.size() + " have no images: "
                        + String.join(", ", labels.stream().limit(SHOWN).toList())
                        + (labels.size() > SHOWN ? ", …" : "");
    }

    private void figure(String name, Proportion share) {
        figure(name, share.percent(), share.count() + " of " + share.of() + "; 95 %: " + share.interval() + " %");
    }

    private void figure(String name, String value, String about) {
        page.append("<div><dt>%s</dt><dd><strong>%s</strong> <span>%s</span></dd></div>%n"
                .formatted(Html.text(name), value, Html.text(about)));
    }

    private void fact(String name, String value) {
        page.append("<dt>%s</dt><dd>%s</dd>%n".formatted(name, Html.isolated(value)));
    }

    private void comparison() {
        page.append("""
                <h2>Templates compared</h2>
                <div class="scroll"><table>
                <thead><tr><th>templates</th><th>top-1</th><th>95 %</th><th>top-5</th><th>mean of the labels</th>\
                <th>calibration error</th><th>best temperature</th></tr></thead>
                <tbody>
                """);
        for (Compared compared : report.comparison()) {
            Metrics metrics = compared.metrics();
            page.append(Html.row(
                    name(compared),
                    metrics.top1().percent(),
                    metrics.top1().interval() + " %",
                    metrics.top5().percent(),
                    Proportion.percent(metrics.meanLabelAccuracy()),
                    Proportion.percent(metrics.expectedCalibrationError()),
                    String.format(Locale.ROOT, "%.3f", metrics.bestTemperature().value())));
        }
        page.append("</tbody>\n</table></div>\n");
        if (report.comparison().size() > 1) {
            page.append("<p class=\"note\">All else on this page is of the last ones.</p>\n");
        }
    }

    private static String name(Compared compared) {
        int count = compared.templates().size();
        return Html.isolated(compared.name()) + (count == 1 ? "" : " <small>(" + count + " templates)</small>");
    }

    private void calibration() {
        var best = report.metrics().bestTemperature();
        page.append("<h2>Calibration</h2>\n<div class=\"beside\">\n")
                .append(new ReliabilityDiagram(report.calibration()).svg())
                .append("<div>\n")
                .append(String.format(
                        Locale.ROOT,
                        """
                        <p>Bars are the accuracy of the images of about the same confidence; where the model knows what it does \
                        not know, they end on the diagonal. What is missing, or too much, is red. Weighted by the images, \
                        that is the calibration error: %s over %d bins. On the mean, the model is %s sure and %s right.</p>
                        <p>With <code>temperature</code> %.3f the probabilities would fit best (negative log-likelihood %.4f instead \
                        of %.4f nats), and the calibration error would be %s. It is fitted on these very images, and changes no ranking.</p>
                        """,
                        Proportion.percent(report.metrics().expectedCalibrationError()),
                        Calibration.BINS,
                        Proportion.percent(report.metrics().meanConfidence()),
                        report.metrics().top1().percent(),
                        best.value(),
                        best.loss(),
                        report.metrics().loss(),
                        Proportion.percent(best.expectedCalibrationError())))
                .append("</div>\n</div>\n");
    }
}
