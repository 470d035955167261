package dev.clipserve.api;

import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;

/** What the labels of a request must be like; every fault names the label and its place in the list. */
record LabelRules(RequestLimits limits) {

    /** The labels without surrounding white space, and behind them the none label. */
    List<String> check(List<String> given, Optional<String> noneLabel) {
        try {
            return limits.labels().check(given, noneLabel);
        } catch (InvalidLabelsException e) {
            throw new ProblemException(ProblemType.INVALID_LABELS, String.valueOf(e.getMessage()), e);
        }
    }

    /** The start of a text, for messages; never half of a surrogate pair. */
    static String shorten(String text) {
        return LabelLimits.shorten(text);
    }
}
