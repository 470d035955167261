package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The named fields of a request, whichever body form brought them. Absent is empty; a wrong value is a problem. */
public interface RequestFields {

    /** The names of the fields that are there. */
    Set<String> names();

    /** A text. */
    Optional<String> text(String name);

    /** A list of texts; {@code separator} splits a form's single value that is not a JSON array. */
    Optional<List<String>> texts(String name, Separator separator);

    /** A number. */
    Optional<Double> number(String name);

    /** A whole number. */
    Optional<Integer> integer(String name);

    /** A yes or no. */
    Optional<Boolean> flag(String name);

    /** How a form field that is there once may hold several texts. */
    enum Separator {
        /** At commas: {@code labels=cat,dog}. */
        COMMA,
        /** Not at all: templates contain commas. */
        NONE
    }

    /** Refuses fields that mean nothing here, so that a misspelt option is never silently without effect. */
    static void allowOnly(Set<String> allowed, Set<String> given) {
        for (String name : given) {
            if (!allowed.contains(name)) {
                throw ProblemException.invalid("Unknown field '" + LabelLimits.shorten(name) + "'; allowed are "
                        + String.join(", ", allowed.stream().sorted().toList()) + ".");
            }
        }
    }

    /** The problem of a field with a value of the wrong kind. */
    static ProblemException wrong(String name, String actual, String wanted) {
        return ProblemException.invalid("Field '" + name + "' is " + actual + "; it must be " + wanted + ".");
    }
}
