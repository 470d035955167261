package dev.clipserve.zeroshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What labels must be like; every fault names the label and its place in the list.
 *
 * @param maxLabels labels, the none label counted
 * @param maxTextLength characters of one
 */
public record LabelLimits(int maxLabels, int maxTextLength) {

    private static final int SHOWN = 60;

    /** Pairs are one code point each, and of another category. */
    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    /**
     * The labels without surrounding white space, and behind them the none label.
     *
     * @throws InvalidLabelsException for the first fault
     */
    public List<String> check(List<String> given, Optional<String> noneLabel) {
        refuseNone(given);
        // Before anything is done with them: there may be millions.
        checkCount(given.size() + (noneLabel.isPresent() ? 1 : 0));
        List<String> labels = given.stream().map(String::strip).toList();
        Optional<String> none = noneLabel.map(String::strip);
        for (int i = 0; i < labels.size(); i++) {
            checkText(labels.get(i), "Label " + (i + 1));
        }
        none.ifPresent(text -> checkText(text, "The none_label"));
        refuseDuplicates(labels, none);
        return Stream.concat(labels.stream(), none.stream()).toList();
    }

    /**
     * Refuses too many labels.
     *
     * @param count labels, the none label counted
     * @throws InvalidLabelsException with the count
     */
    public void checkCount(int count) {
        if (count > maxLabels) {
            throw new InvalidLabelsException("There are " + count + " labels; at most " + maxLabels + " are allowed.");
        }
    }

    /**
     * Refuses a text that is blank, too long, or no text.
     *
     * @param what how the message calls it
     * @throws InvalidLabelsException with the fault
     */
    public void checkText(String text, String what) {
        fault(text, what, maxTextLength).ifPresent(fault -> {
            throw new InvalidLabelsException(fault);
        });
    }

    /**
     * What is wrong with a text that the caller knows as {@code what}.
     *
     * @param maxLength characters that it may have
     */
    public static Optional<String> fault(String text, String what, int maxLength) {
        if (text.isBlank()) {
            return Optional.of(what + " is blank.");
        }
        if (text.length() > maxLength) {
            return Optional.of(what + " has " + text.length() + " characters; at most " + maxLength + " are allowed.");
        }
        return wellFormed(text)
                ? Optional.empty()
                : Optional.of(what + " is not valid Unicode: it has half of a surrogate pair.");
    }

    /**
     * Refuses a list without a label; a none label does not make up for that.
     *
     * @throws InvalidLabelsException if it is empty
     */
    public static void refuseNone(List<?> labels) {
        if (labels.isEmpty()) {
            throw new InvalidLabelsException("There are no labels; give at least one in 'labels'.");
        }
    }

    /**
     * Refuses a label that is there twice, or is the none label as well.
     *
     * @throws InvalidLabelsException with its places in the list
     */
    public static void refuseDuplicates(List<String> labels, Optional<String> noneLabel) {
        refuseDuplicates(labels, "Label");
        noneLabel.filter(labels::contains).ifPresent(none -> {
            throw new InvalidLabelsException("The none_label '" + shorten(none) + "' is also label "
                    + (labels.indexOf(none) + 1) + "; each may be there once.");
        });
    }

    /**
     * Refuses texts that are there twice.
     *
     * @param what how the message calls one of them
     * @throws InvalidLabelsException with both places
     */
    public static void refuseDuplicates(List<String> texts, String what) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            Integer earlier = first.putIfAbsent(texts.get(i), i);
            if (earlier != null) {
                throw new InvalidLabelsException(what + " '" + shorten(texts.get(i)) + "' is there twice, at places "
                        + (earlier + 1) + " and " + (i + 1) + "; each may be there once.");
            }
        }
    }

    /** Whether every surrogate has its other half: what is not, the tokenizer cannot be given. */
    public static boolean wellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** The start of a text, for messages; half of a surrogate pair, which many clients cannot read, becomes U+FFFD. */
    public static String shorten(String text) {
        return shorten(text, SHOWN);
    }

    /**
     * The same for a text that quotes others.
     *
     * @param most characters that are shown of it
     */
    public static String shorten(String text, int most) {
        return LONE_SURROGATE.matcher(start(text, most)).replaceAll("\uFFFD");
    }

    private static String start(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }
}
