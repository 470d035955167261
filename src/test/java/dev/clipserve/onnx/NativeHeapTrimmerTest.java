package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

/** With the C library's own malloc, and what the system says of this process. */
@SuppressWarnings("restricted")
class NativeHeapTrimmerTest {

    private static final long MEGABYTE = 1 << 20;
    private static final long PAGE = 4096;

    /** Small enough to come from the heap, not from a mapping of its own. */
    private static final int BLOCK = 64 * 1024;

    private static final int BLOCKS = 2_000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MALLOC =
            function("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MethodHandle function(String name, FunctionDescriptor signature) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature);
    }

    private static long resident() {
        try (var numbers = new Scanner(Path.of("/proc/self/statm"), StandardCharsets.US_ASCII)) {
            numbers.nextLong();
            return numbers.nextLong() * PAGE;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** 125 MB in use. */
    private static List<MemorySegment> allocate() throws Throwable {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i <= BLOCKS; i++) {
            var block = ((MemorySegment) MALLOC.invokeExact((long) BLOCK)).reinterpret(BLOCK);
            block.fill((byte) 1);
            blocks.add(block);
        }
        return blocks;
    }

    @Test
    void trimmer_freedBlocksBelowAUsedOne_areGivenBack() throws Throwable {
        assumeThat(LINKER.defaultLookup().find("malloc_trim"))
                .as("the C library is glibc")
                .isPresent();
        List<MemorySegment> blocks = allocate();
        // While they are in use: services of other tests trim, too, at any time.
        long inUse = resident();
        // It keeps glibc from shortening its heap.
        MemorySegment last = blocks.removeLast();
        for (MemorySegment block : blocks) {
            FREE.invokeExact(block);
        }

        try (var _ = new NativeHeapTrimmer(Duration.ofMillis(10))) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(resident()).isLessThan(inUse - 75 * MEGABYTE));
        }
        FREE.invokeExact(last);
    }
}
