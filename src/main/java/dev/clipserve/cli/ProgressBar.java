package dev.clipserve.cli;

import java.time.Duration;
import java.util.Locale;

/** Shows how far a run is, on one line that is written anew; nothing where nobody watches. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long BETWEEN = NANOS_PER_SECOND / 10;

    /** Back to the start of the line, and empties it. */
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final int total;
    private final int before;
    private final long start = System.nanoTime();
    private long shown = start - BETWEEN;
    private int done;
    private int failed;

    /**
     * A bar.
     *
     * @param before how many are done already
     */
    ProgressBar(Terminal terminal, int total, int before) {
        this.terminal = terminal;
        this.total = total;
        this.before = before;
        this.done = before;
    }

    /** One more is done. */
    void step(boolean ok) {
        done++;
        failed += ok ? 0 : 1;
        long now = System.nanoTime();
        if (terminal.interactive() && (now - shown >= BETWEEN || done == total)) {
            shown = now;
            terminal.err().print(CLEAR + line(now - start));
            terminal.err().flush();
        }
    }

    /** Tells a line above the bar. */
    void say(String line) {
        terminal.say((terminal.interactive() ? CLEAR : "") + line);
    }

    /** The bar after so much time. */
    String line(long nanos) {
        int filled = (int) ((long) WIDTH * done / total);
        double rate = (done - before) * (double) NANOS_PER_SECOND / Math.max(1, nanos);
        Duration left = Duration.ofSeconds(rate > 0 ? (long) ((total - done) / rate) : 0);
        return String.format(
                Locale.ROOT,
                "[%s%s] %d/%d %3d %%  %.1f/s  %d:%02d:%02d left%s",
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                done,
                total,
                100L * done / total,
                rate,
                left.toHours(),
                left.toMinutesPart(),
                left.toSecondsPart(),
                failed == 0 ? "" : "  " + failed + " failed");
    }

    /** Leaves the line. */
    @Override
    public void close() {
        if (terminal.interactive()) {
            terminal.say("");
        }
    }
}
