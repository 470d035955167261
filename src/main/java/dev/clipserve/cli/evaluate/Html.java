package dev.clipserve.cli.evaluate;

import java.util.Locale;

/** Texts and numbers as parts of a page that is well-formed XML, too. */
final class Html {

    private Html() {}

    /**
     * A text, in which nothing means anything to a browser. What XML cannot have (control characters, halves of
     * surrogate pairs) becomes U+FFFD.
     */
    static String text(String text) {
        var escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isAllowed(c) ? c : 0xfffd);
            }
        });
        return escaped.toString();
    }

    private static boolean isAllowed(int c) {
        boolean control = Character.isISOControl(c) && c != '\t' && c != '\n';
        boolean noCharacter = (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) || (c & 0xfffe) == 0xfffe;
        return !control && !noCharacter;
    }

    /** A text from outside, whose direction does not turn what is around it. */
    static String isolated(String text) {
        return "<bdi>" + text(text) + "</bdi>";
    }

    /** A row of a table. */
    static String row(String... cells) {
        return "<tr><td>" + String.join("</td><td>", cells) + "</td></tr>\n";
    }

    /** A length in a drawing. */
    static String length(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
