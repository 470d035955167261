package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.EvaluationReport.Compared;
import dev.clipserve.cli.evaluate.EvaluationReport.Mistake;
import dev.clipserve.cli.evaluate.EvaluationReport.OfLabel;
import dev.clipserve.cli.evaluate.LabelResults.Confusion;
import dev.clipserve.cli.evaluate.Metrics.Share;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * An evaluation as one page that needs nothing from elsewhere and runs no script: style, drawings and pictures are in
 * it, and its policy forbids all else. Names of labels and files are hostile input: they go through {@link Html}.
 */
final class HtmlReport {

    /** Rows that are shown at once; the others unfold. */
    private static final int SHOWN = 25;

    private static final int FAILURES = 200;

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
        labels();
        confusions();
        mistakes();
        failures();
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
        figure("mean of the labels", Html.percent(metrics.meanLabelAccuracy()), "each label counts the same");
        figure(
                "calibration error",
                Html.percent(metrics.expectedCalibrationError()),
                "at the best temperature "
                        + Html.percent(metrics.bestTemperature().expectedCalibrationError()));
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

    private void figure(String name, Share share) {
        figure(name, Html.percent(share.value()), share.count() + " of " + share.of() + "; 95 %: " + interval(share));
    }

    private void figure(String name, String value, String about) {
        page.append("<div><dt>%s</dt><dd><strong>%s</strong> <span>%s</span></dd></div>%n"
                .formatted(Html.text(name), value, Html.text(about)));
    }

    private void fact(String name, String value) {
        page.append("<dt>%s</dt><dd>%s</dd>%n".formatted(name, Html.isolated(value)));
    }

    private static String interval(Share share) {
        return String.format(Locale.ROOT, "%.2f – %.2f %%", 100 * share.lower(), 100 * share.upper());
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
            row(
                    name(compared),
                    Html.percent(metrics.top1().value()),
                    interval(metrics.top1()),
                    Html.percent(metrics.top5().value()),
                    Html.percent(metrics.meanLabelAccuracy()),
                    Html.percent(metrics.expectedCalibrationError()),
                    String.format(Locale.ROOT, "%.3f", metrics.bestTemperature().value()));
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

    private void row(String... cells) {
        page.append("<tr>");
        for (String cell : cells) {
            page.append("<td>").append(cell).append("</td>");
        }
        page.append("</tr>\n");
    }

    private void calibration() {
        var best = report.metrics().bestTemperature();
        page.append("<h2>Calibration</h2>\n<div class=\"beside\">\n")
                .append(new ReliabilityDiagram(report.calibration()).svg())
                .append(String.format(
                        Locale.ROOT,
                        """
                        <p>Bars are the accuracy of the images of about the same confidence; where the model knows what it does \
                        not know, they end on the diagonal. What is missing, or too much, is hatched red. Weighted by the images, \
                        that is the calibration error: %s over %d bins. On the mean, the model is %s sure and %s right.</p>
                        <p>With <code>temperature</code> %.3f the probabilities would fit best (negative log-likelihood %.4f instead \
                        of %.4f nats), and the calibration error would be %s. It is fitted on these very images, and changes no ranking.</p>
                        """,
                        Html.percent(report.metrics().expectedCalibrationError()),
                        Calibration.BINS,
                        Html.percent(report.metrics().meanConfidence()),
                        Html.percent(report.metrics().top1().value()),
                        best.value(),
                        best.loss(),
                        report.metrics().loss(),
                        Html.percent(best.expectedCalibrationError())))
                .append("</div>\n");
    }

    private void labels() {
        List<OfLabel> worstFirst = report.labels().stream()
                .sorted(Comparator.comparingDouble(label -> label.accuracy().value()))
                .toList();
        page.append("<h2>Labels, the worst first</h2>\n");
        labels(worstFirst.subList(0, Math.min(SHOWN, worstFirst.size())));
        if (worstFirst.size() > SHOWN) {
            page.append("<details><summary>%d more</summary>%n".formatted(worstFirst.size() - SHOWN));
            labels(worstFirst.subList(SHOWN, worstFirst.size()));
            page.append("</details>\n");
        }
    }

    private void labels(List<OfLabel> labels) {
        page.append("""
                <table class="labels">
                <thead><tr><th>label</th><th>accuracy</th><th></th><th>images</th><th>taken for it</th></tr></thead>
                <tbody>
                """);
        for (OfLabel label : labels) {
            row(
                    Html.isolated(label.label()),
                    bar(label.accuracy()),
                    Html.percent(label.accuracy().value()),
                    String.valueOf(label.accuracy().of()),
                    String.valueOf(label.predicted()));
        }
        page.append("</tbody>\n</table>\n");
    }

    /** A bar with its interval. */
    private static String bar(Share share) {
        return String.format(
                Locale.ROOT,
                "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">"
                        + "<title>%s, 95 %%: %s</title><rect class=\"rail\" width=\"100\" height=\"10\"/>"
                        + "<rect class=\"accuracy\" width=\"%.2f\" height=\"10\"/>"
                        + "<rect class=\"interval\" x=\"%.2f\" y=\"4\" width=\"%.2f\" height=\"2\"/></svg>",
                Html.percent(share.value()),
                Html.percent(share.value()),
                interval(share),
                100 * share.value(),
                100 * share.lower(),
                100 * (share.upper() - share.lower()));
    }

    private void confusions() {
        if (report.confusions().isEmpty()) {
            return;
        }
        page.append("""
                <h2>Most often mixed up</h2>
                <div class="scroll"><table>
                <thead><tr><th>images of</th><th>are taken for</th><th>images</th><th>share</th></tr></thead>
                <tbody>
                """);
        for (Confusion pair : report.confusions().stream().limit(SHOWN).toList()) {
            row(
                    Html.isolated(pair.label()),
                    Html.isolated(pair.predicted()),
                    String.valueOf(pair.images()),
                    Html.percent(pair.share()));
        }
        page.append("</tbody>\n</table></div>\n");
    }

    private void mistakes() {
        if (report.mistakes().isEmpty()) {
            return;
        }
        page.append("<h2>Mistakes of which the model was most sure</h2>\n<div class=\"mistakes\">\n");
        for (Mistake mistake : report.mistakes()) {
            String picture = thumbnails
                    .dataUri(Path.of(mistake.path()))
                    .map(uri -> "<img alt=\"\" width=\"%d\" height=\"%d\" src=\"%s\"/>"
                            .formatted(Thumbnails.SIDE, Thumbnails.SIDE, uri))
                    .orElse("<div class=\"none\">no picture</div>");
            page.append("""
                    <figure>%s<figcaption><span class="wrong">%s</span> %s<br/>is <span class="right">%s</span>, %s\
                    <br/><small>%s</small></figcaption></figure>
                    """.formatted(
                            picture,
                            Html.isolated(mistake.predicted()),
                            Html.percent(mistake.confidence()),
                            Html.isolated(mistake.label()),
                            Html.percent(mistake.labelProbability()),
                            Html.isolated(mistake.path())));
        }
        page.append("</div>\n");
    }

    private void failures() {
        if (report.failures().isEmpty()) {
            return;
        }
        page.append("<h2>Images that could not be used</h2>\n<ul class=\"failures\">\n");
        for (Failure failure : report.failures().stream().limit(FAILURES).toList()) {
            page.append("<li>%s: %s</li>%n".formatted(Html.isolated(failure.path()), Html.text(failure.reason())));
        }
        page.append("</ul>\n");
        if (report.failures().size() > FAILURES) {
            page.append("<p>And %d more; <code>report.json</code> has all of them.</p>%n"
                    .formatted(report.failures().size() - FAILURES));
        }
    }
}
