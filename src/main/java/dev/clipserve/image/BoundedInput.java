package dev.clipserve.image;

import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes in memory as input of an ImageIO reader. Reads are short and each checks the deadline, which cuts off even a
 * native decoder that runs for long on few bytes.
 */
final class BoundedInput extends ImageInputStreamImpl {

    private static final int LONGEST_READ = 1_024;

    private static final int MOST_READS_BEYOND_END = 4_096;

    private final ByteBuffer bytes;
    private final TimeLimit deadline;
    private int readsBeyondEnd;

    /** All bytes up to the limit, wherever the position is. */
    BoundedInput(ByteBuffer bytes, TimeLimit deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    @Override
    public int read() throws CorruptImageException {
        if (streamPos % LONGEST_READ == 0) {
            deadline.check();
        }
        bitOffset = 0;
        if (streamPos >= bytes.limit()) {
            return end();
        }
        return bytes.get((int) streamPos++) & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws CorruptImageException {
        deadline.check();
        bitOffset = 0;
        if (streamPos >= bytes.limit()) {
            return end();
        }
        int count = (int) Math.min(Math.min(length, LONGEST_READ), bytes.limit() - streamPos);
        bytes.get((int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    /** Some decoders look ahead, and some go on for ever at the end. */
    private int end() throws CorruptImageException {
        if (++readsBeyondEnd > MOST_READS_BEYOND_END) {
            throw new CorruptImageException("it is cut short, or its data are damaged");
        }
        return -1;
    }

    @Override
    public long length() {
        return bytes.limit();
    }
}
