package dev.clipserve.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What labels must be like; every fault names the label and its place in the list. */
record LabelRules(RequestLimits limits) {

    private static final int SHOWN = 60;

    /** The labels without surrounding white space, and behind them the none label. */
    List<String> check(List<String> given, Optional<String> noneLabel) {
        if (given.isEmpty()) {
            throw invalid("There are no labels; give at least one in 'labels'.");
        }
        var texts = new TextRules(limits);
        List<String> labels = new ArrayList<>(given.stream().map(String::strip).toList());
        noneLabel.map(String::strip).ifPresent(labels::add);
        if (labels.size() > limits.maxLabels()) {
            throw invalid("There are " + labels.size() + " labels; at most " + limits.maxLabels()
                    + " are allowed in a request.");
        }
        for (int i = 0; i < labels.size(); i++) {
            String what = i < given.size() ? "Label " + (i + 1) : "The none_label";
            texts.fault(labels.get(i), what).ifPresent(fault -> {
                throw invalid(fault);
            });
        }
        refuseDuplicates(labels);
        return labels;
    }

    private static void refuseDuplicates(List<String> labels) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            Integer earlier = first.putIfAbsent(labels.get(i), i);
            if (earlier != null) {
                throw invalid("Label '" + shorten(labels.get(i)) + "' is there twice, at places " + (earlier + 1)
                        + " and " + (i + 1) + "; each may be there once.");
            }
        }
    }

    /** The start of a text, for messages; never half of a surrogate pair. */
    static String shorten(String text) {
        if (text.length() <= SHOWN) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN) + "…";
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_LABELS, detail);
    }
}
