package dev.clipserve.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bits of a VP8L stream, the lowest of each byte first. */
final class Vp8lBits {

    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final long end;
    private long position;

    /** Copies the stream. */
    Vp8lBits(ByteBuffer stream) {
        // a fetch of the last byte reaches beyond it
        bytes = new byte[stream.remaining() + Long.BYTES];
        end = (long) stream.remaining() << 3;
        stream.get(stream.position(), bytes, 0, stream.remaining());
    }

    /** The next bits as a number, and steps behind them; at most 24. */
    int read(int count) throws CorruptImageException {
        int value = (int) peek() & ((1 << count) - 1);
        skip(count);
        return value;
    }

    /** Whether the next bit, which it steps behind, is 1. */
    boolean readFlag() throws CorruptImageException {
        return read(1) == 1;
    }

    /** 57 bits or more, the next one lowest; what is behind the data is 0. */
    long peek() {
        return (long) LITTLE_ENDIAN.get(bytes, (int) (position >>> 3)) >>> (position & 7);
    }

    void skip(int count) throws CorruptImageException {
        position += count;
        if (position > end) {
            throw new CorruptImageException("its pixel data end early");
        }
    }
}
