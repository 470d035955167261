package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.hub.HubName;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter err = new StringWriter();

    private ProgressBar bar(boolean interactive, int total, int before) {
        var terminal = new Terminal(
                InputStream.nullInputStream(), new PrintWriter(new StringWriter()), new PrintWriter(err), interactive);
        return new ProgressBar(terminal, total, before);
    }

    @Test
    void line_afterAWhile_saysHowFarHowFastAndHowLongItTakes() {
        try (var bar = bar(false, 200, 40)) {
            for (int i = 0; i < 60; i++) {
                bar.step(i > 2);
            }

            // 60 in 2 seconds, so the 100 that are left take 3.
            assertThat(bar.line(2_000_000_000L))
                    .isEqualTo("[###############---------------] 100/200  50 %  30.0/s  0:00:03 left  3 failed");
        }
    }

    @Test
    void line_bytes_areWrittenAsPeopleReadThem() {
        var terminal = new Terminal(
                InputStream.nullInputStream(), new PrintWriter(new StringWriter()), new PrintWriter(err), false);
        try (var bar = new ProgressBar(terminal, 600_000_000, 0, ProgressBar.Unit.BYTES)) {
            bar.advance(250_000_000);
            bar.advance(-50_000_000);

            // 200 MB in 4 seconds, so the 400 MB that are left take 8.
            assertThat(bar.line(4_000_000_000L))
                    .isEqualTo("[##########--------------------] 200 MB/600 MB  33 %  50.0 MB/s  0:00:08 left");
        }
    }

    @Test
    void pull_somebodyWatches_seesOneBarForAllFiles() {
        var terminal = new Terminal(
                InputStream.nullInputStream(), new PrintWriter(new StringWriter()), new PrintWriter(err), true);
        var progress = new PullProgress(terminal);
        progress.note("waiting");
        progress.start(HubName.parse("o/n"), 100);
        progress.advance(40);
        progress.note("mending");
        progress.advance(60);
        progress.end();

        assertThat(err.toString())
                .startsWith("waiting\nPulling hf:o/n, 100 bytes.\n")
                .contains("\u001b[Kmending\n")
                .contains("100 bytes/100 bytes 100 %");
    }

    @Test
    void step_nobodyWatches_writesNothing() {
        try (var bar = bar(false, 1, 0)) {
            bar.step(true);
        }

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void step_somebodyWatches_writesTheLineAnew() {
        try (var bar = bar(true, 2, 0)) {
            bar.step(true);
            bar.step(true);
        }

        // Carriage returns: the second line is written over the first.
        String[] lines = err.toString().split("\r", -1);
        assertThat(lines).hasSize(3);
        assertThat(lines[2]).contains("2/2 100 %");
    }
}
