package dev.clipserve.api;

import dev.clipserve.text.ReservedTokenException;
import dev.clipserve.zeroshot.InvalidLabelsException;
import dev.clipserve.zeroshot.LabelLimits;
import dev.clipserve.zeroshot.TemplateEnsemble;
import java.util.List;
import java.util.Optional;

/** What the labels of a request must be like; every fault names the label and its place in the list. */
public record LabelRules(RequestLimits limits) {

    /** The labels without surrounding white space, and behind them the none label. */
    public List<String> check(List<String> given, Optional<String> noneLabel) {
        try {
            return limits.labels().check(given, noneLabel);
        } catch (InvalidLabelsException e) {
            throw new ProblemException(ProblemType.INVALID_LABELS, String.valueOf(e.getMessage()), e);
        }
    }

    /** Refuses labels that make too many prompts in these templates. */
    public void checkPrompts(List<String> labels, TemplateEnsemble ensemble) {
        int templates = ensemble.templates().size();
        long prompts = (long) labels.size() * templates;
        if (prompts > limits.maxPrompts()) {
            throw new ProblemException(
                    ProblemType.INVALID_LABELS,
                    labels.size() + " labels in " + templates + " templates make " + prompts + " prompts; at most "
                            + limits.maxPrompts() + " are allowed in a request.");
        }
    }

    /** The problem of a text that spells out a control token. */
    static ProblemException reserved(ReservedTokenException e) {
        return new ProblemException(ProblemType.RESERVED_TOKEN, e.getMessage() + ": '" + shorten(e.text()) + "'.", e);
    }

    /** The start of a text, for messages; never half of a surrogate pair. */
    public static String shorten(String text) {
        return LabelLimits.shorten(text);
    }
}
