package dev.clipserve.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LimiterTest {

    @Test
    void refill_burstOverRate_isTheTimeUntilTheBucketIsFull() {
        // 40 requests at 10 in two seconds.
        assertThat(new Limits(10, Duration.ofSeconds(2), 40, 0).refill()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void take_manyAtOnce_givesExactlyTheBurst() {
        var limiter = new RateLimiter(new Limits(1, Duration.ofDays(1), 50, 0));
        var taken = new AtomicInteger();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 500)
                    .forEach(_ -> threads.execute(() -> {
                        if (limiter.take("a").pause().isEmpty()) {
                            taken.incrementAndGet();
                        }
                    }));
        }

        assertThat(taken).hasValue(50);
    }

    @Test
    void enter_manyAtOnce_letsInAsManyAsAllowedAndRemembersNobodyAfterwards() {
        var limiter = new ConcurrencyLimiter(7);
        var entered = new AtomicInteger();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 500)
                    .forEach(_ -> threads.execute(() -> {
                        if (limiter.enter("a")) {
                            entered.incrementAndGet();
                        }
                    }));
        }

        assertThat(entered).hasValue(7);
        assertThat(limiter.callers()).isEqualTo(1);
        IntStream.range(0, 7).forEach(_ -> limiter.leave("a"));
        assertThat(limiter.callers()).isZero();
        assertThat(limiter.enter("a")).isTrue();
    }
}
