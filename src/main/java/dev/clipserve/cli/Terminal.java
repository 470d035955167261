package dev.clipserve.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param out results, and nothing else
 * @param err everything for people
 * @param interactive whether somebody watches {@code err}
 */
public record Terminal(InputStream in, PrintWriter out, PrintWriter err, boolean interactive) {

    /** That of this process; it speaks UTF-8. */
    public static Terminal ofProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                TerminalCheck.isTerminal(2));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** Tells people a line. */
    void say(String line) {
        err.println(line);
        err.flush();
    }
}
