package dev.clipserve.text;

import java.nio.LongBuffer;
import java.util.Arrays;

/** A text as the text encoder takes it: ids [length], start and end tokens included, never longer than the context. */
public final class TokenIds {

    private final long[] ids;
    private final int fullLength;

    private TokenIds(long[] ids, int fullLength) {
        this.ids = ids;
        this.fullLength = fullLength;
    }

    /**
     * Cuts {@code ids} to {@code context} tokens the way CLIP does: the last token that stays is the end token, so that
     * the encoder still has a place to pool at.
     */
    static TokenIds fit(long[] ids, int context) {
        if (ids.length <= context) {
            return new TokenIds(ids.clone(), ids.length);
        }
        long[] cut = Arrays.copyOf(ids, context);
        cut[context - 1] = ids[ids.length - 1];
        return new TokenIds(cut, ids.length);
    }

    /** How many tokens the encoder is given. */
    public int length() {
        return ids.length;
    }

    /** How many tokens the whole text has; more than {@link #length} when it was cut. */
    public int fullLength() {
        return fullLength;
    }

    /** Whether the text did not fit into the context. */
    public boolean truncated() {
        return fullLength > ids.length;
    }

    /** The memory that the ids take. */
    public long bytes() {
        return (long) Long.BYTES * ids.length;
    }

    /** Writes all ids at the buffer's position, which moves behind them. */
    public void writeTo(LongBuffer target) {
        target.put(ids);
    }

    long[] toArray() {
        return ids.clone();
    }
}
