package dev.clipserve.cli;

import dev.clipserve.cli.evaluate.Printable;
import dev.clipserve.hub.HubName;
import dev.clipserve.hub.Progress;
import dev.clipserve.hub.Sizes;
import org.jspecify.annotations.Nullable;

/** Shows people how far a pull is: one bar for all its files. */
public final class PullProgress implements Progress {

    private final Terminal terminal;
    private @Nullable ProgressBar bar;

    public PullProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public synchronized void start(HubName model, long total) {
        terminal.say("Pulling " + model + ", " + Sizes.of(total) + ".");
        bar = new ProgressBar(terminal, total, 0, ProgressBar.Unit.BYTES);
    }

    @Override
    public synchronized void advance(long bytes) {
        if (bar != null) {
            bar.advance(bytes);
        }
    }

    @Override
    public synchronized void note(String line) {
        String printable = Printable.of(line);
        if (bar == null) {
            terminal.say(printable);
        } else {
            bar.say(printable);
        }
    }

    @Override
    public synchronized void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
