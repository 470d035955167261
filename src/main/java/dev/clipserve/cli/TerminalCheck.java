package dev.clipserve.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Asks the C library whether a file descriptor is a terminal, which Java tells of input and output together only. */
final class TerminalCheck {

    private TerminalCheck() {}

    /** {@code int isatty(int fd)}; false where there is no such function. */
    @SuppressWarnings("restricted")
    static boolean isTerminal(int descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("isatty")
                .map(symbol -> linker.downcallHandle(
                        symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
                .map(isatty -> {
                    try {
                        return (int) isatty.invokeExact(descriptor) == 1;
                    } catch (Throwable e) {
                        throw new AssertionError("isatty throws nothing", e);
                    }
                })
                .orElse(false);
    }
}
