package dev.clipserve.cli.evaluate;

/** Names from outside for a terminal: what would move its cursor, colour it or turn its lines becomes U+FFFD. */
public final class Printable {

    private Printable() {}

    /** The text, in one line that does nothing. */
    public static String of(String text) {
        var printable = new StringBuilder();
        text.codePoints().forEach(c -> printable.appendCodePoint(isPlain(c) ? c : 0xfffd));
        return printable.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            // Joiners of emoji are of this type, too; those that turn the direction are these.
            case Character.FORMAT -> !((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
            default -> true;
        };
    }
}
