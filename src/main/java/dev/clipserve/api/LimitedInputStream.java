package dev.clipserve.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends in a problem, not in memory, when a body whose length was not announced goes on for too long. */
public final class LimitedInputStream extends FilterInputStream {

    private final long limit;
    private long read;

    /**
     * A stream that may have this many bytes.
     *
     * @param limit bytes; reading beyond them is a {@link ProblemException}
     */
    public LimitedInputStream(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        count(Math.max(count, 0));
        return count;
    }

    private void count(int bytes) {
        read += bytes;
        if (read > limit) {
            throw tooLarge(limit);
        }
    }

    static ProblemException tooLarge(long limit) {
        return new ProblemException(
                ProblemType.BODY_TOO_LARGE, "The body is larger than " + limit + " bytes, the most that is allowed.");
    }
}
