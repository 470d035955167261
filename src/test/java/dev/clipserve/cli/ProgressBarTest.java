package dev.clipserve.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
