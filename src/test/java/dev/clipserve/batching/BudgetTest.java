package dev.clipserve.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A budget of 100. */
@Timeout(60)
class BudgetTest {

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Budget budget = new Budget(100);

    private boolean isFree(long amount) {
        var share = budget.take(amount, AT_ONCE);
        share.ifPresent(Budget.Share::close);
        return share.isPresent();
    }

    /** Starts work on a thread that is waiting when this returns. */
    private static Thread startWaiting(Runnable work) {
        Thread thread = Thread.startVirtualThread(work);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }

    @Test
    void take_asMuchAsThereIs_isHadToTheLast() {
        assertThat(budget.take(60, AT_ONCE)).isPresent();
        assertThat(budget.take(40, AT_ONCE)).isPresent();

        assertThat(isFree(1)).isFalse();
    }

    @Test
    void take_moreThanIsFree_waitsUntilItIsGivenBackAndLetsNobodyPass() throws Exception {
        Budget.Share first = budget.take(60, AT_ONCE).orElseThrow();
        var second = new FutureTask<Boolean>(() -> budget.take(60, LONG).isPresent());
        startWaiting(second);

        assertThat(isFree(10)).as("behind who waits for more").isFalse();
        first.close();

        assertThat(second.get()).isTrue();
        assertThat(isFree(40)).isTrue();
        assertThat(isFree(41)).isFalse();
    }

    @Test
    void take_notFreeInTime_isNothing() {
        assertThat(budget.take(100, AT_ONCE)).isPresent();

        assertThat(budget.take(1, Duration.ofMillis(1))).isEmpty();
        assertThat(budget.take(1, Duration.ofSeconds(-1))).isEmpty();
    }

    @Test
    void take_moreThanThereEverIs_isAllOfIt() {
        Budget.Share all = budget.take(Long.MAX_VALUE, AT_ONCE).orElseThrow();
        assertThat(isFree(1)).isFalse();

        all.close();

        assertThat(isFree(100)).isTrue();
    }

    @Test
    void take_interruptedWhileWaiting_isNothingAndTheThreadStaysInterrupted() throws Exception {
        Budget.Share first = budget.take(60, AT_ONCE).orElseThrow();
        var second = new FutureTask<Boolean>(
                () -> budget.take(60, LONG).isEmpty() && Thread.currentThread().isInterrupted());

        startWaiting(second).interrupt();

        assertThat(second.get()).isTrue();
        first.close();
        assertThat(isFree(100)).isTrue();
    }

    @Test
    void take_interruptedBefore_isNothingThoughItIsFree() {
        Thread.currentThread().interrupt();
        var share = budget.take(1, LONG);
        boolean interrupted = Thread.interrupted();

        assertThat(share).isEmpty();
        assertThat(interrupted).isTrue();
        assertThat(isFree(100)).isTrue();
    }

    @Test
    void close_twice_givesBackOnce() {
        Budget.Share first = budget.take(60, AT_ONCE).orElseThrow();
        assertThat(budget.take(40, AT_ONCE)).isPresent();

        first.close();
        first.close();

        assertThat(isFree(60)).isTrue();
        assertThat(isFree(61)).isFalse();
    }

    /** Counted in twos. */
    @Test
    void take_ofMoreThanTwoBillion_isRoundedUp() {
        var large = new Budget(3_000_000_000L);

        assertThat(large.take(1, AT_ONCE)).isPresent();
        assertThat(large.take(2_999_999_998L, AT_ONCE)).isPresent();
        assertThat(large.take(1, AT_ONCE)).isEmpty();
    }
}
