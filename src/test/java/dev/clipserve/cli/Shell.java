package dev.clipserve.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs commands in this process, and keeps what they write. */
public final class Shell {

    private final ModelSource models;
    private InputStream in = new ByteArrayInputStream(new byte[0]);

    public Shell(ModelSource models) {
        this.models = models;
    }

    /** What a command left behind. */
    public record Answer(int code, String out, String err) {}

    /** With these bytes on standard input. */
    public Shell given(byte[] input) {
        in = new ByteArrayInputStream(input);
        return this;
    }

    /** Runs a command; nobody watches. */
    public Answer run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Commands.run(arguments, models, new Terminal(in, new PrintWriter(out), new PrintWriter(err), false));
        return new Answer(code, out.toString(), err.toString());
    }
}
