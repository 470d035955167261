package dev.clipserve.access;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A file of keys: a line for each, with its name, its scopes with commas between them, and its SHA-256, with white
 * space between the three. Empty lines and lines that begin with {@code #} say nothing.
 */
final class KeyLines {

    private static final int COLUMNS = 3;

    private KeyLines() {}

    /**
     * The keys of a file's content.
     *
     * @throws InvalidKeysException if a line is something else; the message has its number
     */
    static List<AccessKey> parse(String content) {
        List<AccessKey> keys = new ArrayList<>();
        List<String> lines = content.lines().toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                keys.add(key(line));
            } catch (InvalidKeysException e) {
                throw e.at("line " + number);
            }
        }
        return keys;
    }

    private static AccessKey key(String line) {
        String[] columns = line.split("\\s+", -1);
        if (columns.length != COLUMNS) {
            throw new InvalidKeysException(
                    "has " + columns.length
                            + " columns, but needs three: the key's name, its scopes with commas between them, and its SHA-256");
        }
        return AccessKey.of(columns[0], scopes(columns[1]), columns[2]);
    }

    private static Set<Scope> scopes(String column) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        int place = 0;
        for (String label : column.split(",", -1)) {
            place++;
            scopes.add(known(label, place));
        }
        return scopes;
    }

    private static Scope known(String label, int place) {
        return Scope.of(label)
                .orElseThrow(() -> new InvalidKeysException(
                        "scope " + place + " is none of those that there are, " + Scope.all()));
    }
}
