package dev.clipserve.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final int LONG = 1_000_000;
    private static final int CALLERS = 4;
    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    private final Semaphore gate = new Semaphore(0);

    /** Doubles numbers, a batch for each permit, so that a test decides when a worker is busy. */
    private final class Doubler implements BatchWorker<Integer, Integer> {

        private final Semaphore permits = new Semaphore(0);
        private final CountDownLatch entered = new CountDownLatch(1);

        @Override
        public List<Integer> run(List<Integer> batch) {
            entered.countDown();
            permits.acquireUninterruptibly();
            batches.add(batch);
            return batch.stream().map(number -> number * 2).toList();
        }
    }

    /** Numbers from a million on are of another shape, and each holds as many bytes as it says. */
    private static QueueSpec<Integer> spec(String name, int maxBatch, int maxWaiting) {
        return new QueueSpec<>(
                name,
                "test",
                new BatchPolicy(maxBatch, maxWaiting, 3L * LONG, Duration.ofDays(1)),
                number -> number / LONG,
                Math::abs);
    }

    private MicroBatcher<Integer, Integer> batcher(int maxBatch, int maxWaiting, Doubler doubler) {
        return new MicroBatcher<>(spec("test", maxBatch, maxWaiting), registry, List.of(doubler));
    }

    /**
     * A number whose batch the only worker has, but does not run before the gate opens. In a run it would be measured,
     * and after a long one, as any is on a slow machine, batches are smaller.
     */
    private CompletableFuture<List<Integer>> atTheGate(MicroBatcher<Integer, Integer> batcher, int number)
            throws InterruptedException {
        var arrived = new CountDownLatch(1);
        Runnable hold = () -> {
            arrived.countDown();
            gate.acquireUninterruptibly();
        };
        var submitted = batcher.submit(List.of(number), LATER, hold, Announcement.NONE);
        arrived.await();
        return submitted;
    }

    @Test
    void submit_idleWorker_runsAtOnceAlone() {
        var doubler = new Doubler();
        doubler.permits.release();
        try (var batcher = batcher(8, 8, doubler)) {
            assertThat(batcher.submit(List.of(21), LATER).join()).containsExactly(42);
        }
        assertThat(batches).containsExactly(List.of(21));
    }

    @Test
    void submit_whileWorkerIsBusy_gathersUpToTheBatchSize() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(4, 100, doubler)) {
            var first = atTheGate(batcher, 0);
            var others = IntStream.rangeClosed(1, 6)
                    .mapToObj(number -> batcher.submit(List.of(number), LATER))
                    .toList();
            doubler.permits.release(3);
            gate.release();
            assertThat(first.join()).containsExactly(0);
            assertThat(others.stream().map(future -> future.join().getFirst())).containsExactly(2, 4, 6, 8, 10, 12);
        }
        assertThat(batches).containsExactly(List.of(0), List.of(1, 2, 3, 4), List.of(5, 6));
    }

    @Test
    void submit_behindALargeSubmission_takesTurnsWithIt() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(4, 10_000, doubler)) {
            var blocking = atTheGate(batcher, 0);
            var large = batcher.submit(IntStream.range(100, 1_100).boxed().toList(), LATER);
            var small = batcher.submit(List.of(7), LATER);
            doubler.permits.release(2);
            gate.release();

            assertThat(small.join()).containsExactly(14);
            assertThat(blocking).isDone();
            assertThat(large).isNotDone();
            assertThat(batches.get(1)).containsExactly(100, 7, 101, 102);
            doubler.permits.release(1_000);
            assertThat(large.join()).hasSize(1_000).startsWith(200).endsWith(2_198);
        }
    }

    @Test
    void submit_differentShapes_neverShareABatch() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(8, 100, doubler)) {
            var blocking = atTheGate(batcher, LONG);
            var mixed = batcher.submit(List.of(LONG + 1, 2, LONG + 3), LATER);
            var alone = batcher.submit(List.of(4), LATER);
            doubler.permits.release(3);
            gate.release();
            assertThat(blocking.join()).containsExactly(2 * LONG);
            assertThat(mixed.join()).containsExactly(2 * LONG + 2, 4, 2 * LONG + 6);
            assertThat(alone.join()).containsExactly(8);
        }
        assertThat(batches).containsExactly(List.of(LONG), List.of(LONG + 1, LONG + 3), List.of(4, 2));
    }

    @Test
    void submit_severalIdleWorkers_shareTheItems() throws Exception {
        var first = new Doubler();
        var second = new Doubler();
        try (var batcher = new MicroBatcher<Integer, Integer>(spec("test", 8, 100), registry, List.of(first, second))) {
            await().until(() -> registry.get("clipserve.batch.idle").gauge().value() == 2);
            var result = batcher.submit(List.of(1, 2, 3, 4, 5), LATER);
            first.entered.await();
            second.entered.await();
            first.permits.release();
            second.permits.release();
            assertThat(result.join()).containsExactly(2, 4, 6, 8, 10);
        }
        assertThat(batches).containsExactlyInAnyOrder(List.of(1, 2, 3), List.of(4, 5));
    }

    @Test
    void submit_announcedItemWhileAnotherWorkerIsBusy_waitsForIt() throws Exception {
        var busy = new Doubler();
        try (var batcher = new MicroBatcher<Integer, Integer>(spec("test", 8, 100), registry, List.of(busy, busy))) {
            await().until(() -> registry.get("clipserve.batch.idle").gauge().value() == 2);
            var running = batcher.submit(List.of(LONG), LATER);
            busy.entered.await();
            CompletableFuture<List<Integer>> first;
            CompletableFuture<List<Integer>> second;
            try (var _ = batcher.announce(LATER)) {
                first = batcher.submit(List.of(1), LATER);
                second = batcher.submit(List.of(2), LATER);
            }
            // Were the busy worker done before the other has taken both, they would share them.
            await().until(() -> registry.get("clipserve.batch.idle").gauge().value() == 0);
            busy.permits.release(3);
            assertThat(first.join()).containsExactly(2);
            assertThat(second.join()).containsExactly(4);
            assertThat(running.join()).containsExactly(2 * LONG);
        }
        assertThat(batches).containsExactlyInAnyOrder(List.of(LONG), List.of(1, 2));
    }

    @Test
    void submit_announcedItemWhileNobodyIsBusy_runsAtOnce() {
        var doubler = new Doubler();
        doubler.permits.release();
        try (var batcher = batcher(8, 8, doubler);
                var _ = batcher.announce(LATER)) {
            assertThat(batcher.submit(List.of(21), LATER).join()).containsExactly(42);
        }
    }

    @Test
    void submit_announcedItemThatDoesNotCome_runsAfterTheDelay() throws Exception {
        var busy = new Doubler();
        var spec = new QueueSpec<Integer>(
                "test", "test", new BatchPolicy(8, 100, LONG, Duration.ofMillis(1)), number -> 0, Math::abs);
        try (var batcher = new MicroBatcher<Integer, Integer>(spec, registry, List.of(busy, busy));
                var _ = batcher.announce(LATER)) {
            var running = batcher.submit(List.of(1), LATER);
            busy.entered.await();
            var next = batcher.submit(List.of(2), LATER);
            busy.permits.release(2);
            assertThat(running.join()).containsExactly(2);
            assertThat(next.join()).containsExactly(4);
        }
    }

    @Test
    void submit_moreBytesThanACallerMayHold_isRefused() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(8, 100, doubler)) {
            var running = batcher.submit(List.of(0), LATER);
            doubler.entered.await();
            var waiting = batcher.submit(List.of(LONG), LATER);

            // Of three millions one caller may have three quarters: 1,250,000 beside the million that is there.
            assertThatThrownBy(() -> batcher.submit(List.of(1_250_001), LATER)).isInstanceOf(QueueFullException.class);
            var fits = batcher.submit(List.of(1_250_000), LATER);
            doubler.permits.release(3);
            assertThat(running.join()).containsExactly(0);
            assertThat(waiting.join()).containsExactly(2 * LONG);
            assertThat(fits.join()).containsExactly(2_500_000);
        }
    }

    @Test
    void submit_deadlineThatPasses_failsAndNeverRuns() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(8, 100, doubler)) {
            var running = batcher.submit(List.of(0), LATER);
            doubler.entered.await();
            var late = batcher.submit(List.of(1), Deadline.after(Duration.ofMillis(1)));

            assertThat(late)
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .withCauseInstanceOf(TimeoutException.class);
            var next = batcher.submit(List.of(2), LATER);
            doubler.permits.release(2);
            assertThat(next.join()).containsExactly(4);
            assertThat(running.join()).containsExactly(0);
        }
        assertThat(batches).containsExactly(List.of(0), List.of(2));
    }

    @Test
    void submit_fullQueue_isRefusedAtOnceWithATimeToComeBack() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(1, 2, doubler)) {
            var running = batcher.submit(List.of(0), LATER);
            doubler.entered.await();
            var waiting = batcher.submit(List.of(1, 2), LATER);

            assertThatThrownBy(() -> batcher.submit(List.of(3), LATER))
                    .isInstanceOfSatisfying(
                            QueueFullException.class,
                            e -> assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
            doubler.permits.release(3);
            assertThat(running.join()).containsExactly(0);
            assertThat(waiting.join()).containsExactly(2, 4);
        }
        assertThat(registry.get("clipserve.queue.refused").counter().count()).isEqualTo(1);
    }

    @Test
    void submit_moreItemsThanTheQueueHolds_isTakenByAnEmptyQueue() {
        var doubler = new Doubler();
        doubler.permits.release(100);
        try (var batcher = batcher(2, 2, doubler)) {
            assertThat(batcher.submit(List.of(1, 2, 3, 4, 5), LATER).join()).containsExactly(2, 4, 6, 8, 10);
        }
    }

    @Test
    void cancel_waitingItems_areDroppedBeforeTheyRun() throws Exception {
        var doubler = new Doubler();
        try (var batcher = batcher(8, 3, doubler)) {
            var running = atTheGate(batcher, 0);
            var given = batcher.submit(List.of(1, 2, 3), LATER);
            assertThat(given.cancel(true)).isTrue();
            // The place of what was given up is free again.
            var next = batcher.submit(List.of(4, 5, 6), LATER);
            doubler.permits.release(100);
            gate.release();
            assertThat(next.join()).containsExactly(8, 10, 12);
            assertThat(running.join()).containsExactly(0);
        }
        assertThat(batches).containsExactly(List.of(0), List.of(4, 5, 6));
    }

    @Test
    void close_whileItemsWait_runsThemAndRefusesNewOnes() throws Exception {
        var doubler = new Doubler();
        var batcher = batcher(2, 100, doubler);
        var first = batcher.submit(List.of(0), LATER);
        doubler.entered.await();
        var waiting = batcher.submit(List.of(1, 2, 3), LATER);
        Thread closing = Thread.startVirtualThread(batcher::close);
        doubler.permits.release(100);
        closing.join();

        assertThat(first.join()).containsExactly(0);
        assertThat(waiting.join()).containsExactly(2, 4, 6);
        assertThatThrownBy(() -> batcher.submit(List.of(4), LATER)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void submit_racingClose_everyAcceptedFutureCompletes() throws Exception {
        for (int round = 0; round < 200; round++) {
            var batcher = new MicroBatcher<Integer, Integer>(
                    spec("race", 3, 1_000), registry, List.of(batch -> batch, batch -> batch));
            var start = new CountDownLatch(CALLERS);
            List<Future<List<CompletableFuture<List<Integer>>>>> callers = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < CALLERS; caller++) {
                    callers.add(threads.submit(() -> submitUntilRefused(batcher, start)));
                }
                start.await();
                batcher.close();
            }
            List<CompletableFuture<List<Integer>>> accepted = new ArrayList<>();
            for (var caller : callers) {
                accepted.addAll(caller.get());
            }
            assertThat(accepted)
                    .hasSizeGreaterThanOrEqualTo(CALLERS)
                    .allSatisfy(future -> assertThat(future).isCompletedWithValue(List.of(1, 2)));
        }
    }

    /** What was accepted of a caller: one submission before anybody goes on, and then as many as there is room for. */
    private static List<CompletableFuture<List<Integer>>> submitUntilRefused(
            MicroBatcher<Integer, Integer> batcher, CountDownLatch start) throws InterruptedException {
        List<CompletableFuture<List<Integer>>> accepted = new ArrayList<>();
        accepted.add(batcher.submit(List.of(1, 2), LATER));
        start.countDown();
        start.await();
        try {
            for (int i = 0; i < 200; i++) {
                accepted.add(batcher.submit(List.of(1, 2), LATER));
            }
        } catch (RejectedExecutionException | QueueFullException e) {
            assertThat(e).hasMessageContaining("race queue");
        }
        return accepted;
    }

    @Test
    void meters_afterARun_countItemsAndBatches() {
        var doubler = new Doubler();
        doubler.permits.release(1);
        try (var batcher = batcher(8, 8, doubler)) {
            batcher.submit(List.of(1, 2, 3), LATER).join();
        }
        assertThat(registry.get("clipserve.batch.size").summary().totalAmount()).isEqualTo(3);
        assertThat(registry.get("clipserve.batch.run").timer().count()).isEqualTo(1);
        assertThat(registry.get("clipserve.queue.wait").timer().count()).isEqualTo(3);
        assertThat(registry.get("clipserve.queue.waiting").gauge().value()).isZero();
    }
}
