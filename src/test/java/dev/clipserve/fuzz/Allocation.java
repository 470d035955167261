package dev.clipserve.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** How much memory a thread takes for some work, garbage included. */
public final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /**
     * The result of work that must not take more memory; done again where it does, for classes are loaded only once.
     */
    public static <T> T within(long bytes, Supplier<T> work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T result = work.get();
        if (THREADS.getCurrentThreadAllocatedBytes() - before <= bytes) {
            return result;
        }
        before = THREADS.getCurrentThreadAllocatedBytes();
        result = work.get();
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (taken > bytes) {
            throw new AssertionError(taken + " bytes were taken, but only " + bytes + " are allowed");
        }
        return result;
    }
}
