package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;

/** What texts must be like where they are taken as they are; every fault names the text's place in the list. */
public record TextRules(RequestLimits limits) {

    /** The texts, found to be in order; the same may be there more than once. */
    public List<String> check(List<String> texts) {
        checkCount(texts);
        for (int i = 0; i < texts.size(); i++) {
            checkOne(texts.get(i), "Text " + (i + 1));
        }
        return texts;
    }

    /** Refuses a request with too many texts. */
    public void checkCount(List<String> texts) {
        if (texts.size() > limits.maxLabels()) {
            throw invalid("There are " + texts.size() + " texts; at most " + limits.maxLabels()
                    + " are allowed in a request.");
        }
    }

    /** Refuses an unusable text that the caller knows as {@code what}. */
    public void checkOne(String text, String what) {
        LabelLimits.fault(text, what, limits.maxTextLength()).ifPresent(fault -> {
            throw invalid(fault);
        });
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_TEXTS, detail);
    }
}
