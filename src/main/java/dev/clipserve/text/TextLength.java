package dev.clipserve.text;

import java.util.OptionalLong;

/**
 * How many tokens a text encoder is given.
 *
 * @param context the longest sequence that it takes, start and end tokens included
 * @param padding what fills shorter texts up to the context, for encoders that were trained to see it; empty for those
 *     whose answer does not depend on it, which are given texts as short as they are
 */
public record TextLength(int context, OptionalLong padding) {

    public TextLength {
        if (context < 1) {
            throw new IllegalArgumentException("The context must be at least one token, not " + context);
        }
        if (padding.orElse(0) < 0) {
            throw new IllegalArgumentException("The padding must be the id of a token, not " + padding.getAsLong());
        }
    }

    /** Texts up to a length, without padding. */
    public static TextLength upTo(int context) {
        return new TextLength(context, OptionalLong.empty());
    }

    TokenIds fit(long[] ids, boolean ended) {
        TokenIds cut = TokenIds.fit(ids, context, ended);
        return padding.isPresent() ? cut.padded(context, padding.getAsLong()) : cut;
    }
}
