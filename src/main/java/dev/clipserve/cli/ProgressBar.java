package dev.clipserve.cli;

import dev.clipserve.hub.Sizes;
import java.time.Duration;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;

/** Shows how far a run is, on one line that is written anew; nothing where nobody watches. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long BETWEEN = NANOS_PER_SECOND / 10;

    /** Back to the start of the line, and empties it. */
    private static final String CLEAR = "\r\u001b[K";

    /** What is counted, as it and its rate are written. */
    record Unit(LongFunction<String> amount, DoubleFunction<String> rate) {

        static final Unit PIECES = new Unit(Long::toString, rate -> String.format(Locale.ROOT, "%.1f", rate));
        static final Unit BYTES = new Unit(Sizes::of, rate -> Sizes.of((long) rate));
    }

    private final Terminal terminal;
    private final long total;
    private final long before;
    private final Unit unit;
    private final long start = System.nanoTime();
    private long shown = start - BETWEEN;
    private long done;
    private int failed;

    /**
     * A bar that counts.
     *
     * @param before how many are done already
     */
    ProgressBar(Terminal terminal, int total, int before) {
        this(terminal, total, before, Unit.PIECES);
    }

    /**
     * A bar.
     *
     * @param before how much is done already
     */
    ProgressBar(Terminal terminal, long total, long before, Unit unit) {
        this.terminal = terminal;
        this.total = total;
        this.before = before;
        this.unit = unit;
        this.done = before;
    }

    /** One more is done. */
    void step(boolean ok) {
        failed += ok ? 0 : 1;
        advance(1);
    }

    /** So much more is done; less than nothing where something has to be done again. */
    void advance(long more) {
        done += more;
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
        int filled = total == 0 ? WIDTH : (int) (WIDTH * Math.clamp(done, 0, total) / total);
        double rate = (done - before) * (double) NANOS_PER_SECOND / Math.max(1, nanos);
        Duration left = Duration.ofSeconds(rate > 0 ? (long) ((total - done) / rate) : 0);
        return String.format(
                Locale.ROOT,
                "[%s%s] %s/%s %3d %%  %s/s  %d:%02d:%02d left%s",
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                unit.amount.apply(done),
                unit.amount.apply(total),
                total == 0 ? 100 : 100 * done / total,
                unit.rate.apply(rate),
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
