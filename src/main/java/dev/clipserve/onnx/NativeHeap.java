package dev.clipserve.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The C heap. Loading a graph leaves as much freed memory in it as the graph has weights, which glibc keeps for later;
 * {@code malloc_trim(3)} gives it back to the system.
 */
final class NativeHeap {

    /** {@code int malloc_trim(size_t pad)}, which reads and writes nothing of ours. */
    @SuppressWarnings("restricted")
    private static final Optional<MethodHandle> MALLOC_TRIM = Linker.nativeLinker()
            .defaultLookup()
            .find("malloc_trim")
            .map(symbol -> Linker.nativeLinker()
                    .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));

    private NativeHeap() {}

    /** Gives freed memory back; does nothing where the C library is not glibc. */
    static void trim() {
        if (MALLOC_TRIM.isEmpty()) {
            return;
        }
        try {
            int ignored = (int) MALLOC_TRIM.get().invokeExact(0L);
        } catch (Throwable e) {
            throw new AssertionError("malloc_trim throws nothing", e);
        }
    }
}
