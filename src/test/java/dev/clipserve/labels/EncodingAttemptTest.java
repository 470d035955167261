package dev.clipserve.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EncodingAttemptTest {

    /** Below zero, as the clock of a process may be. */
    private final AtomicLong now = new AtomicLong(-EncodingAttempt.FAILURE_KEPT.toNanos() / 2);

    private final EncodingAttempt attempt = new EncodingAttempt(now::get);

    @Test
    void recentError_noFailure_isNone() {
        assertThat(attempt.recentError()).isNull();
    }

    @Test
    void recentError_afterAWhile_isToldNoMore() {
        attempt.fail("no device");
        assertThat(attempt.recentError()).isEqualTo("no device");

        now.addAndGet(EncodingAttempt.FAILURE_KEPT.toNanos() - 1);
        assertThat(attempt.recentError()).isEqualTo("no device");
        now.incrementAndGet();
        assertThat(attempt.recentError()).isNull();
    }
}
