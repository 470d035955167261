package dev.clipserve.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.DrainRate;
import dev.clipserve.batching.QueueFullException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedCacheTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SharedCache<String, Integer> cache = cache(100);
    private final AtomicInteger computed = new AtomicInteger();
    private final CountDownLatch proceed = new CountDownLatch(1);
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        proceed.countDown();
        callers.close();
    }

    private SharedCache<String, Integer> cache(long maxBytes) {
        return new SharedCache<>("test", maxBytes, (key, value) -> 10, registry);
    }

    private int get(String key) {
        return cache.get(key, LATER, () -> key.length() + 100 * computed.incrementAndGet());
    }

    private double hits() {
        return registry.get("cache.gets")
                .tags("cache", "test", "result", "hit")
                .functionCounter()
                .count();
    }

    @Test
    void get_again_isComputedOnce() {
        assertThat(get("cat")).isEqualTo(103);
        assertThat(get("cat")).isEqualTo(103);
        assertThat(get("whale")).isEqualTo(205);

        assertThat(hits()).isEqualTo(1);
        assertThat(registry.get("clipserve.cache.size").gauge().value()).isEqualTo(20);
    }

    @Test
    void get_noRoom_isComputedEachTime() {
        SharedCache<String, Integer> none = new SharedCache<>("none", 0, (key, value) -> 10, registry);

        assertThat(none.get("a", LATER, computed::incrementAndGet)).isEqualTo(1);
        assertThat(none.get("a", LATER, computed::incrementAndGet)).isEqualTo(2);
    }

    @Test
    void get_failure_isThrownAsItIsAndNotKept() {
        Supplier<Integer> failing = () -> {
            throw new IllegalStateException("no luck");
        };

        assertThatThrownBy(() -> cache.get("cat", LATER, failing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no luck");
        assertThat(get("cat")).isEqualTo(103);
    }

    @Test
    void get_whileAnotherComputes_sharesItsResult() {
        var first = startComputing(LATER, () -> 7);
        var second = startWaiting();
        proceed.countDown();

        assertThat(first.join()).isEqualTo(7);
        assertThat(second.join()).isEqualTo(7);
        assertThat(computed).hasValue(0);
    }

    @Test
    void get_whileAnotherComputesTooLong_failsAtItsOwnDeadlineOnly() {
        var first = startComputing(LATER, () -> 7);

        assertThatThrownBy(() -> cache.get("cat", Deadline.after(Duration.ofMillis(1)), () -> 8))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        proceed.countDown();
        assertThat(first.join()).isEqualTo(7);
    }

    @Test
    void get_timeOfAnotherIsOver_computesItself() {
        var first = startComputing(Deadline.after(Duration.ZERO), () -> {
            throw new CompletionException(new TimeoutException());
        });
        var second = startWaiting();
        proceed.countDown();

        assertThat(second.join()).isEqualTo(103);
        assertThat(first)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void get_anotherIsRefusedByAQueue_computesItself() {
        var first = startComputing(LATER, () -> {
            throw refusal();
        });
        var second = startWaiting();
        proceed.countDown();

        assertThat(second.join()).isEqualTo(103);
        assertThat(first)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(QueueFullException.class);
    }

    private static QueueFullException refusal() {
        var slow = new DrainRate("test", 1);
        slow.finished(1, Duration.ofHours(1).toNanos());
        return slow.refusal(2, Deadline.after(Duration.ofSeconds(1))).orElseThrow();
    }

    @Test
    void clear_whileAnotherComputes_keepsNothingOfIt() {
        assertThat(get("whale")).isEqualTo(105);
        var first = startComputing(LATER, () -> 7);

        cache.clear();
        proceed.countDown();

        assertThat(first.join()).isEqualTo(7);
        assertThat(get("cat")).isEqualTo(203);
        assertThat(get("whale")).isEqualTo(305);
    }

    /** Another caller that computes until it may proceed; returns when it has begun. */
    private CompletableFuture<Integer> startComputing(Deadline deadline, Supplier<Integer> result) {
        var computing = new CountDownLatch(1);
        Supplier<Integer> computation = () -> {
            computing.countDown();
            await(proceed);
            return result.get();
        };
        var caller = CompletableFuture.supplyAsync(() -> cache.get("cat", deadline, computation), callers);
        await(computing);
        return caller;
    }

    /** Another caller, for what is being computed; returns when it has found that. */
    private CompletableFuture<Integer> startWaiting() {
        double before = hits();
        var caller = CompletableFuture.supplyAsync(() -> get("cat"), callers);
        Awaitility.await().until(() -> hits() > before);
        return caller;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
