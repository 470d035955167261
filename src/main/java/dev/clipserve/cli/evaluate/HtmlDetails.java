package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.EvaluationReport.Mistake;
import dev.clipserve.cli.evaluate.LabelResults.Confusion;
import dev.clipserve.cli.evaluate.LabelResults.OfLabel;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The part of a page that goes into labels and single images. */
final class HtmlDetails {

    /** Rows that are shown at once; the others unfold. */
    private static final int SHOWN = 25;

    private static final int FAILURES = 200;

    private final EvaluationReport report;
    private final Thumbnails thumbnails;
    private final StringBuilder page = new StringBuilder();

    HtmlDetails(EvaluationReport report, Thumbnails thumbnails) {
        this.report = report;
        this.thumbnails = thumbnails;
    }

    /** Adds all that there is to say. */
    void writeTo(StringBuilder target) {
        labels();
        confusions();
        mistakes();
        failures();
        target.append(page);
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
                <div class="scroll"><table class="labels">
                <thead><tr><th>label</th><th>accuracy</th><th></th><th>images</th><th>taken for it</th></tr></thead>
                <tbody>
                """);
        for (OfLabel label : labels) {
            page.append(Html.row(
                    Html.isolated(label.label()),
                    bar(label.accuracy()),
                    label.accuracy().percent(),
                    String.valueOf(label.accuracy().of()),
                    String.valueOf(label.predicted())));
        }
        page.append("</tbody>\n</table></div>\n");
    }

    /** A bar with its interval. */
    private static String bar(Proportion share) {
        return String.format(
                Locale.ROOT,
                "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">"
                        + "<title>%s, 95 %%: %s</title><rect class=\"rail\" width=\"100\" height=\"10\"/>"
                        + "<rect class=\"accuracy\" width=\"%.2f\" height=\"10\"/>"
                        + "<rect class=\"interval\" x=\"%.2f\" y=\"4\" width=\"%.2f\" height=\"2\"/></svg>",
                share.percent(),
                share.percent(),
                share.interval() + " %",
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
                <div class="scroll"><table class="pairs">
                <thead><tr><th>images of</th><th>are taken for</th><th>images</th><th>share</th></tr></thead>
                <tbody>
                """);
        for (Confusion pair : report.confusions().stream().limit(SHOWN).toList()) {
            page.append(Html.row(
                    Html.isolated(pair.label()),
                    Html.isolated(pair.predicted()),
                    String.valueOf(pair.images()),
                    Proportion.percent(pair.share())));
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
                    .dataUri(mistake.path())
                    .map(uri -> "<img alt=\"\" width=\"%d\" height=\"%d\" src=\"%s\"/>"
                            .formatted(Thumbnails.SIDE, Thumbnails.SIDE, uri))
                    .orElse("<div class=\"none\">no picture</div>");
            page.append("""
                    <figure>%s<figcaption><span class="wrong">%s</span> %s<br/>is <span class="right">%s</span>, %s\
                    <br/><small>%s</small></figcaption></figure>
                    """.formatted(
                            picture,
                            Html.isolated(mistake.predicted()),
                            Proportion.percent(mistake.confidence()),
                            Html.isolated(mistake.label()),
                            Proportion.percent(mistake.labelProbability()),
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
