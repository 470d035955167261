package dev.clipserve.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Memory outside the Java heap, in the processor's byte order, which ONNX Runtime uses without a copy. */
public final class DirectBuffers {

    private DirectBuffers() {}

    /** Room for so many 32-bit floats. */
    public static FloatBuffer floats(int count) {
        return bytes(count, Float.BYTES).asFloatBuffer();
    }

    /** Room for so many 64-bit integers. */
    public static LongBuffer longs(int count) {
        return bytes(count, Long.BYTES).asLongBuffer();
    }

    private static ByteBuffer bytes(int count, int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, size)).order(ByteOrder.nativeOrder());
    }
}
