package dev.clipserve.text;

/**
 * A text spells out one of the tokenizer's control tokens, such as {@code <|endoftext|>}.
 *
 * <p>CLIP's text encoder pools at the first end token, so such a text would silently lose everything behind it.
 */
public final class ReservedTokenException extends RuntimeException {

    private final String text;

    ReservedTokenException(String text, String token) {
        super("The text contains the control token " + token + ", which stands for the start or end of a text");
        this.text = text;
    }

    /** The text that was refused, whole. */
    public String text() {
        return text;
    }
}
