package dev.clipserve.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.RedisSystemException;

@ExtendWith(OutputCaptureExtension.class)
class CircuitBreakerTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final AtomicInteger tries = new AtomicInteger();
    private final CircuitBreaker breaker = new CircuitBreaker(now::get);

    private String fail(DataAccessException failure) {
        return breaker.run(() -> {
            tries.incrementAndGet();
            throw failure;
        });
    }

    private String succeed() {
        return breaker.run(() -> "answer " + tries.incrementAndGet());
    }

    private void open() {
        assertThatThrownBy(() -> fail(new QueryTimeoutException("late"))).hasMessage("late");
    }

    @Test
    void run_serverThere_givesItsAnswers() {
        assertThat(succeed()).isEqualTo("answer 1");
        assertThat(succeed()).isEqualTo("answer 2");
    }

    @Test
    void run_justAfterAFailure_failsForTheSameReasonWithoutTrying() {
        open();
        now.addAndGet(CircuitBreaker.REST.toNanos() - 1);

        assertThatThrownBy(this::succeed)
                .isInstanceOf(QueryTimeoutException.class)
                .hasMessage("late");

        assertThat(tries).hasValue(1);
    }

    @Test
    void run_aRestAfterAFailure_triesAndThenLetsEverybodyThrough() {
        open();
        now.addAndGet(CircuitBreaker.REST.toNanos());

        assertThat(succeed()).isEqualTo("answer 2");
        assertThat(succeed()).isEqualTo("answer 3");
    }

    @Test
    void run_stillAwayAfterARest_restsAgain() {
        open();
        now.addAndGet(CircuitBreaker.REST.toNanos());
        assertThatThrownBy(() -> fail(new RedisConnectionFailureException("refused")))
                .hasMessage("refused");

        assertThatThrownBy(this::succeed).hasMessage("refused");

        assertThat(tries).hasValue(2);
    }

    @Test
    void run_whileAnotherTries_failsAtOnce() throws InterruptedException {
        open();
        now.addAndGet(CircuitBreaker.REST.toNanos());
        var begun = new CountDownLatch(1);
        var end = new CompletableFuture<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Supplier<String> waiting = () -> {
                begun.countDown();
                return end.join();
            };
            var first = threads.submit(() -> breaker.run(waiting));
            begun.await();

            assertThatThrownBy(this::succeed).hasMessage("late");

            end.complete("back");
            assertThat(first).succeedsWithin(Duration.ofMinutes(1)).isEqualTo("back");
        }
        assertThat(succeed()).isEqualTo("answer 2");
    }

    @Test
    void run_errorThatIsAnAnswer_stopsNobody() {
        var wrongType = new RedisSystemException("error", new RedisCommandExecutionException("WRONGTYPE"));
        open();
        now.addAndGet(CircuitBreaker.REST.toNanos());

        assertThatThrownBy(() -> fail(wrongType)).isSameAs(wrongType);

        assertThat(succeed()).isEqualTo("answer 3");
    }

    @Test
    void run_disconnected_countsAsAway() {
        var rejected = new RedisSystemException("error", new RedisException("Currently not connected."));
        assertThatThrownBy(() -> fail(rejected)).isSameAs(rejected);

        assertThatThrownBy(this::succeed).isSameAs(rejected);
    }

    @Test
    void run_interrupted_saysNothingOfTheServer() {
        var interrupted = new RedisSystemException(
                "interrupted", new RedisCommandInterruptedException(new InterruptedException("enough")));
        assertThatThrownBy(() -> fail(interrupted)).isSameAs(interrupted);
        assertThat(succeed()).isEqualTo("answer 2");

        open();
        now.addAndGet(CircuitBreaker.REST.toNanos());
        assertThatThrownBy(() -> fail(interrupted)).isSameAs(interrupted);
        now.addAndGet(-1);
        assertThatThrownBy(this::succeed).hasMessage("late");
    }

    @Test
    void run_awayAndBack_isLoggedOnceEach(CapturedOutput output) {
        for (int i = 0; i < 3; i++) {
            open();
            now.addAndGet(CircuitBreaker.REST.toNanos());
        }
        succeed();
        succeed();

        assertThat(output.getOut().split("Redis cannot be reached: .*: late", -1))
                .hasSize(2);
        assertThat(output.getOut().split("Redis answers again", -1)).hasSize(2);
    }
}
