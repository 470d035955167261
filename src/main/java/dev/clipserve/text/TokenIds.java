package dev.clipserve.text;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A text as the text encoder takes it: ids [length], start, end and padding tokens included, never longer than the
 * context.
 */
public final class TokenIds {

    private final long[] ids;
    private final int fullLength;

    private TokenIds(long[] ids, int fullLength) {
        this.ids = ids;
        this.fullLength = fullLength;
    }

    /**
     * Cuts {@code ids} to {@code context} tokens the way CLIP does: where the text has an end token, it is the last
     * that stays, so that the encoder still has a place to pool at.
     *
     * @param ended whether the last of {@code ids} is an end token that the tokenizer added
     */
    static TokenIds fit(long[] ids, int context, boolean ended) {
        if (ids.length <= context) {
            return new TokenIds(ids.clone(), ids.length);
        }
        long[] cut = Arrays.copyOf(ids, context);
        if (ended) {
            cut[context - 1] = ids[ids.length - 1];
        }
        return new TokenIds(cut, ids.length);
    }

    /** These ids with {@code padding} behind them, up to {@code length}. */
    TokenIds padded(int length, long padding) {
        long[] padded = Arrays.copyOf(ids, length);
        Arrays.fill(padded, ids.length, length, padding);
        return new TokenIds(padded, fullLength);
    }

    /** How many tokens the encoder is given. */
    public int length() {
        return ids.length;
    }

    /** How many tokens the whole text has, without padding; more than {@link #length} when it was cut. */
    public int fullLength() {
        return fullLength;
    }

    /** The memory that the ids take. */
    public long bytes() {
        return (long) Long.BYTES * ids.length;
    }

    /** Writes all ids at the buffer's position, which moves behind them. */
    public void writeTo(LongBuffer target) {
        target.put(ids);
    }

    /** Writes a 1 for each token and a 0 for each padding at the buffer's position, which moves behind them. */
    public void writeMaskTo(LongBuffer target) {
        for (int i = 0; i < ids.length; i++) {
            target.put(i < fullLength ? 1 : 0);
        }
    }

    long[] toArray() {
        return ids.clone();
    }
}
