package dev.clipserve.cli.evaluate;

import dev.clipserve.cli.evaluate.Calibration.Bin;
import java.util.List;
import java.util.Locale;

/**
 * Accuracy over confidence as an SVG drawing: a bar for each bin, the diagonal where both are equal, and below how many
 * images each bin has.
 */
record ReliabilityDiagram(List<Bin> bins) {

    private static final double SIDE = 300;
    private static final double LEFT = 52;
    private static final double TOP = 10;
    private static final double COUNTS = 60;
    private static final double GAP = 14;
    private static final double BELOW = 40;

    private static final int TICKS = 5;

    String svg() {
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg class=\"diagram\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"Accuracy over confidence\">%n",
                Html.length(LEFT + SIDE + 20),
                Html.length(TOP + SIDE + GAP + COUNTS + BELOW)));
        axes(svg);
        int most = bins.stream().mapToInt(Bin::images).max().orElse(1);
        for (Bin bin : bins) {
            if (bin.images() > 0) {
                bar(svg, bin, most);
            }
        }
        svg.append(line("diagonal", x(0), y(0), x(1), y(1))).append("</svg>\n");
        return svg.toString();
    }

    private static double x(double confidence) {
        return LEFT + SIDE * confidence;
    }

    private static double y(double accuracy) {
        return TOP + SIDE * (1 - accuracy);
    }

    private static void axes(StringBuilder svg) {
        for (int i = 0; i <= TICKS; i++) {
            double at = (double) i / TICKS;
            svg.append(line("grid", x(0), y(at), x(1), y(at)));
            svg.append(text("end", LEFT - 6, y(at) + 4, Math.round(100 * at) + " %"));
            svg.append(text("middle", x(at), TOP + SIDE + GAP + COUNTS + 16, Math.round(100 * at) + " %"));
        }
        svg.append(text("middle", x(0.5), TOP + SIDE + GAP + COUNTS + 34, "confidence"));
        svg.append(text("end", LEFT - 6, TOP + SIDE + GAP + COUNTS, "images"));
    }

    private static void bar(StringBuilder svg, Bin bin, int most) {
        double width = SIDE / Calibration.BINS - 2;
        double left = x(bin.from()) + 1;
        String about = String.format(
                Locale.ROOT,
                "confidence %.0f to %.0f %%: %d images, mean confidence %.2f %%, accuracy %.2f %%",
                100 * bin.from(),
                100 * bin.to(),
                bin.images(),
                100 * bin.confidence(),
                100 * bin.accuracy());
        double height = Math.max(1, COUNTS * bin.images() / most);
        svg.append("<g><title>").append(Html.text(about)).append("</title>");
        svg.append(rectangle("accuracy", left, y(bin.accuracy()), width, SIDE * bin.accuracy()));
        double gap = Math.abs(bin.accuracy() - bin.confidence());
        svg.append(rectangle("gap", left, y(Math.max(bin.accuracy(), bin.confidence())), width, SIDE * gap));
        svg.append(rectangle("count", left, TOP + SIDE + GAP + COUNTS - height, width, height));
        svg.append("</g>\n");
    }

    private static String rectangle(String kind, double x, double y, double width, double height) {
        return String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                kind,
                x,
                y,
                width,
                height);
    }

    private static String line(String kind, double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                kind,
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(String anchor, double x, double y, String text) {
        return String.format(
                Locale.ROOT, "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", anchor, x, y, text);
    }
}
