package dev.clipserve.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DrainRateTest {

    private final DrainRate rate = new DrainRate("test", 2);

    private void finished(int items, Duration took) {
        rate.finished(items, took.toNanos());
    }

    @Test
    void timeFor_twoWorkers_isHalfOfWhatOneTakes() {
        finished(4, Duration.ofSeconds(2));

        assertThat(rate.timeFor(10)).isEqualTo(Duration.ofMillis(2_500));
        assertThat(rate.doneWithin(Duration.ofSeconds(3))).isEqualTo(6);
    }

    @Test
    void timeFor_anotherSpeed_isThatAfterSomeRuns() {
        finished(1, Duration.ofSeconds(1));
        for (int run = 0; run < 50; run++) {
            finished(1, Duration.ofMillis(100));
        }

        assertThat(rate.timeFor(20)).isBetween(Duration.ofMillis(1_000), Duration.ofMillis(1_100));
    }

    /** A small run that was held up says little of a large one. */
    @Test
    void timeFor_runsOfDifferentSize_weighsThemByIt() {
        finished(99, Duration.ofMillis(990));
        finished(1, Duration.ofMillis(110));

        // (0.9 × 990 + 110) / (0.9 × 99 + 1) / 2 = 5.55 each
        assertThat(rate.timeFor(100)).isBetween(Duration.ofMillis(555), Duration.ofMillis(556));
    }

    /** The caller's own, all of who has little, and of who has much no more than the caller then has. */
    @Test
    void ahead_othersWithMoreAndLess_countsNoMoreOfEachThanTheCallerHas() {
        assertThat(DrainRate.ahead(3, 2, LongStream.of(1, 100))).isEqualTo(3 + 1 + 5);
    }

    @Test
    void refusal_nothingKnown_isNone() {
        assertThat(rate.refusal(1_000_000, Deadline.after(Duration.ofSeconds(1))))
                .isEmpty();
        assertThat(rate.doneWithin(Duration.ofMillis(1))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusal_moreThanHalfTheTimeThatThereIs_tellsBoth() {
        finished(2, Duration.ofMinutes(1));

        assertThat(rate.refusal(12, Deadline.after(Duration.ofMinutes(7)))).isEmpty();
        assertThat(rate.refusal(12, Deadline.after(Duration.ofSeconds(359))))
                .hasValueSatisfying(refusal ->
                        assertThat(refusal).hasMessageContaining("about 180000 ms, which is more than 1/2 of the "));
    }
}
