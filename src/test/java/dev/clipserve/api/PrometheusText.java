package dev.clipserve.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A scrape in Prometheus' text format, taken apart. */
record PrometheusText(Map<String, Family> families) {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern TAG = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What has one name and one type, without its {@code _count}s and the like told apart. */
    record Family(String name, String type, List<Sample> samples) {}

    /** One line. */
    record Sample(String name, Map<String, String> tags, double value) {}

    static PrometheusText parse(String text) {
        Map<String, Family> families = new LinkedHashMap<>();
        Family current = null;
        for (String line : text.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                current = new Family(type.group(1), type.group(2), new ArrayList<>());
                families.put(current.name(), current);
            } else if (current != null && sample.matches()) {
                current.samples().add(new Sample(sample.group(1), tags(sample.group(2)), number(sample.group(3))));
            }
        }
        return new PrometheusText(families);
    }

    private static Map<String, String> tags(String text) {
        Map<String, String> tags = new TreeMap<>();
        Matcher tag = TAG.matcher(text == null ? "" : text);
        while (tag.find()) {
            tags.put(tag.group(1), tag.group(2));
        }
        return tags;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    Family family(String name) {
        Family family = families.get(name);
        if (family == null) {
            throw new AssertionError("no " + name + " in " + families.keySet());
        }
        return family;
    }

    /** The sum over the samples of this name that have these tags, which are names and values in turn. */
    double sum(String name, String... tags) {
        return families.values().stream()
                .flatMap(family -> family.samples().stream())
                .filter(sample -> sample.name().equals(name) && hasAll(sample, tags))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static boolean hasAll(Sample sample, String... tags) {
        for (int i = 0; i < tags.length; i += 2) {
            if (!tags[i + 1].equals(sample.tags().get(tags[i]))) {
                return false;
            }
        }
        return true;
    }

    /** The values of a tag in a family. */
    Set<String> values(String family, String tag) {
        return family(family).samples().stream()
                .map(sample -> sample.tags().get(tag))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
