package dev.clipserve.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a key may be used for. */
public enum Scope {
    /** Everything that the encoders do, in every dialect, and reading what models and label sets there are. */
    CLASSIFY,
    /** Creating, replacing and deleting label sets. */
    LABEL_SETS,
    /** What the service tells of itself to those who run it. */
    METRICS;

    /** As files and settings write it: {@code label-sets}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The scope that is written like this. */
    static Optional<Scope> of(String label) {
        return Arrays.stream(values())
                .filter(scope -> scope.label().equals(label))
                .findFirst();
    }

    /** All of them, for people. */
    static String all() {
        return Arrays.stream(values()).map(Scope::label).collect(Collectors.joining(", "));
    }
}
