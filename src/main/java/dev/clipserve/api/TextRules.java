package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;

/** What texts must be like where they are taken as they are; every fault names the text's place in the list. */
record TextRules(RequestLimits limits) {

    /** The texts, found to be in order; the same may be there more than once. */
    List<String> check(List<String> texts) {
        if (texts.size() > limits.maxLabels()) {
            throw invalid("There are " + texts.size() + " texts; at most " + limits.maxLabels()
                    + " are allowed in a request.");
        }
        for (int i = 0; i < texts.size(); i++) {
            LabelLimits.fault(texts.get(i), "Text " + (i + 1), limits.maxTextLength())
                    .ifPresent(fault -> {
                        throw invalid(fault);
                    });
        }
        return texts;
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_TEXTS, detail);
    }
}
