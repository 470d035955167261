package dev.clipserve.api;

import java.util.List;
import java.util.Optional;

/** What texts must be like where they are taken as they are; every fault names the text's place in the list. */
record TextRules(RequestLimits limits) {

    /** The texts, found to be in order; the same may be there more than once. */
    List<String> check(List<String> texts) {
        if (texts.size() > limits.maxLabels()) {
            throw invalid("There are " + texts.size() + " texts; at most " + limits.maxLabels()
                    + " are allowed in a request.");
        }
        for (int i = 0; i < texts.size(); i++) {
            fault(texts.get(i), "Text " + (i + 1)).ifPresent(fault -> {
                throw invalid(fault);
            });
        }
        return texts;
    }

    /** What is wrong with a text that the caller knows as {@code what}. */
    Optional<String> fault(String text, String what) {
        if (text.isBlank()) {
            return Optional.of(what + " is blank.");
        }
        if (text.length() > limits.maxTextLength()) {
            return Optional.of(what + " has " + text.length() + " characters; at most " + limits.maxTextLength()
                    + " are allowed.");
        }
        return wellFormed(text)
                ? Optional.empty()
                : Optional.of(what + " is not valid Unicode: it has half of a surrogate pair.");
    }

    /** Whether every surrogate has its other half: what is not, the tokenizer cannot be given. */
    static boolean wellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_TEXTS, detail);
    }
}
