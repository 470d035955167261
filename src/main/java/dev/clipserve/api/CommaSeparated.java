package dev.clipserve.api;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The texts between the commas of one text. Their number is known at once, and they are taken apart when one of them is
 * asked for: a body has room for millions, and to be told that these are too many they need not be there.
 */
public final class CommaSeparated extends AbstractList<String> implements RandomAccess {

    private final String text;
    private final boolean blanksToo;
    private final int size;
    private @Nullable List<String> parts;

    private CommaSeparated(String text, boolean blanksToo) {
        this.text = text;
        this.blanksToo = blanksToo;
        this.size = count(text, blanksToo);
    }

    /** Every text, also where there is nothing between two commas. */
    static List<String> all(String text) {
        return new CommaSeparated(text, true);
    }

    /** The texts that are not blank. */
    public static List<String> withoutBlanks(String text) {
        return new CommaSeparated(text, false);
    }

    private static int count(String text, boolean blanksToo) {
        int count = 0;
        boolean counts = blanksToo;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',') {
                count += counts ? 1 : 0;
                counts = blanksToo;
            } else {
                counts |= !Character.isWhitespace(c);
            }
        }
        return counts ? count + 1 : count;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String get(int index) {
        List<String> known = parts;
        if (known == null) {
            known = split();
            parts = known;
        }
        return known.get(index);
    }

    private List<String> split() {
        Stream<String> all = Arrays.stream(text.split(",", -1));
        return (blanksToo ? all : all.filter(part -> !part.isBlank())).toList();
    }
}
