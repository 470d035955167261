package dev.clipserve.cli.benchmark;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a benchmark found, for people and for programs.
 *
 * @param uri what was asked
 */
public record Report(String uri, Load load, Measurement measurement) {

    private static final int BAR = 40;

    private static final SequencedMap<String, Double> PERCENTILES = new LinkedHashMap<>();

    static {
        PERCENTILES.put("p50", 50.0);
        PERCENTILES.put("p75", 75.0);
        PERCENTILES.put("p90", 90.0);
        PERCENTILES.put("p95", 95.0);
        PERCENTILES.put("p99", 99.0);
        PERCENTILES.put("p99.9", 99.9);
        PERCENTILES.put("max", 100.0);
    }

    /** Lines with a bar for each percentile. */
    public String text() {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s: %s%n%d answered, %.1f a second; %d failed%n",
                uri,
                loop(),
                measurement.succeeded(),
                measurement.perSecond(),
                measurement.failed()));
        measurement
                .failures()
                .forEach((what, count) -> text.append(String.format(Locale.ROOT, "  %7d  %s%n", count, what)));
        if (measurement.succeeded() > 0) {
            plot(text);
        }
        return text.toString();
    }

    private void plot(StringBuilder text) {
        double longest = measurement.millis(100);
        text.append(String.format(Locale.ROOT, "milliseconds, mean %.2f%n", measurement.meanMillis()));
        PERCENTILES.forEach((name, percentile) -> {
            double millis = measurement.millis(percentile);
            int bar = longest == 0 ? 0 : (int) Math.round(BAR * millis / longest);
            text.append(String.format(Locale.ROOT, "  %-5s %10.2f  %s%n", name, millis, "█".repeat(bar)));
        });
    }

    private String loop() {
        return switch (load) {
            case Load.Closed(int callers) -> "closed loop, " + callers + " at a time";
            case Load.Open(double perSecond) ->
                String.format(Locale.ROOT, "open loop, %s a second, timed from when each was due", perSecond);
        };
    }

    /** The same as a JSON object. */
    public String json() {
        ObjectNode root = JsonMapper.shared().createObjectNode().put("url", uri);
        switch (load) {
            case Load.Closed(int callers) -> root.put("loop", "closed").put("concurrency", callers);
            case Load.Open(double perSecond) -> root.put("loop", "open").put("rate", perSecond);
        }
        root.put("succeeded", measurement.succeeded())
                .put("failed", measurement.failed())
                .put("per_second", measurement.perSecond());
        ObjectNode failures = root.putObject("failures");
        measurement.failures().forEach(failures::put);
        ObjectNode millis = root.putObject("milliseconds");
        if (measurement.succeeded() > 0) {
            millis.put("mean", measurement.meanMillis());
            for (Map.Entry<String, Double> percentile : PERCENTILES.entrySet()) {
                millis.put(percentile.getKey(), measurement.millis(percentile.getValue()));
            }
        }
        return root.toString();
    }
}
