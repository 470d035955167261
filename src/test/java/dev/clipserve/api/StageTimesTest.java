package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.tracing.Tracer;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StageTimesTest {

    private final StageTimes times = new StageTimes(new Spans(Tracer.NOOP), "mini-clip");

    @Test
    void time_work_givesItsResult() {
        assertThat(times.time("text", () -> "done")).isEqualTo("done");
    }

    @Test
    void header_stageThatFailedOrCameTwice_isThereOnce() {
        times.time("text", () -> 1);
        times.time("text", () -> 2);
        assertThatThrownBy(() -> times.time("image", () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(times.header()).matches("image;dur=\\d+\\.\\d\\d, text;dur=\\d+\\.\\d\\d");
    }

    @Test
    void header_withAnotherDefaultLocale_hasADecimalPoint() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            times.time("text", () -> 1);
            assertThat(times.header()).doesNotContain(",");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void header_noStages_isEmpty() {
        assertThat(times.header()).isEmpty();
    }
}
