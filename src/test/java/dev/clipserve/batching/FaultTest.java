package dev.clipserve.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

/** Runs that fail and runs that hang. Time goes on when a test says so. */
class FaultTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    private static final long OVERDUE = Duration.ofDays(2).toNanos();

    private static final int GATE = -1;
    private static final int FAILS = -2;
    private static final int HANGS = -3;
    private static final int BREAKS = -4;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<List<Integer>> runs = new CopyOnWriteArrayList<>();
    private final CountDownLatch atTheGate = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore hanging = new Semaphore(0);
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean broken;
    private volatile boolean mendable = true;
    private volatile Duration opening = Duration.ZERO;

    /** Doubles numbers, but for those that are known to be trouble. */
    private final class Worker implements BatchWorker<Integer, Integer> {

        @Override
        public List<Integer> run(List<Integer> batch) {
            runs.add(batch);
            if (batch.contains(GATE)) {
                atTheGate.countDown();
                await_(gate);
            }
            if (batch.contains(HANGS)) {
                hanging.release();
                await_(end);
            }
            if (batch.contains(BREAKS)) {
                broken = true;
            }
            if (broken || batch.contains(FAILS)) {
                throw new IllegalStateException(broken ? "broken" : "poison");
            }
            return batch.stream().map(number -> 2 * number).toList();
        }

        @Override
        public Condition examine() {
            if (!broken) {
                return Condition.SOUND;
            }
            if (!mendable) {
                throw new IllegalStateException("no device");
            }
            broken = false;
            return Condition.MENDED;
        }

        @Override
        public Duration spentOpening() {
            return opening;
        }

        @Override
        public Worker replacement() {
            return new Worker();
        }
    }

    private static void await_(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a run", e);
        }
    }

    private MicroBatcher<Integer, Integer> batcher() {
        return batcher(1);
    }

    private MicroBatcher<Integer, Integer> batcher(int workers) {
        return batcher(IntStream.range(0, workers).mapToObj(_ -> new Worker()).toList());
    }

    private MicroBatcher<Integer, Integer> batcher(List<? extends BatchWorker<Integer, Integer>> workers) {
        var spec = new QueueSpec<Integer>(
                "test",
                "test",
                new BatchPolicy(64, 1_000, 1_000_000, Duration.ZERO, Duration.ofDays(1)),
                _ -> 0,
                _ -> 1);
        return new MicroBatcher<>(spec, registry, workers);
    }

    /** Submissions of one item each that are in one batch, the first. */
    private List<CompletableFuture<List<Integer>>> inOneBatch(MicroBatcher<Integer, Integer> batcher, int... items) {
        Runnable hold = () -> {
            atTheGate.countDown();
            await_(gate);
        };
        var held = batcher.submit(List.of(GATE), LATER, hold, Announcement.NONE);
        await_(atTheGate);
        var others = IntStream.of(items)
                .mapToObj(item -> batcher.submit(List.of(item), LATER))
                .toList();
        // Given up, and so not run: a run would be measured, and after a long one, as any is on a slow machine, batches
        // are smaller.
        assertThat(held.cancel(true)).isTrue();
        gate.countDown();
        return others;
    }

    private static ThrowableAssertAlternative<?> assertFails(CompletableFuture<List<Integer>> future) {
        return assertThat(future).failsWithin(Duration.ofMinutes(1)).withThrowableThat();
    }

    private double failed(String fault) {
        return registry.get("clipserve.batch.failed")
                .tag("fault", fault)
                .counter()
                .count();
    }

    @Test
    void run_oneOfManyFails_isFoundByHalvingAndRefusedAlone() {
        try (var batcher = batcher()) {
            int[] items = IntStream.range(0, 32).map(i -> i == 9 ? FAILS : i).toArray();
            var futures = inOneBatch(batcher, items);

            assertFails(futures.get(9))
                    .withCauseInstanceOf(UnprocessableItemException.class)
                    .withMessageContaining("poison");
            for (int i = 0; i < 32; i++) {
                if (i != 9) {
                    assertThat(futures.get(i).join()).containsExactly(2 * i);
                }
            }
        }
        // The batch, and two halves each of 32, 16, 8, 4 and 2.
        assertThat(runs).hasSize(1 + 2 * 5);
        assertThat(failed("item")).isEqualTo(1);
        assertThat(failed("worker")).isZero();
    }

    @Test
    void run_workerBreaks_isMendedAndNothingIsLost() {
        try (var batcher = batcher()) {
            var first = batcher.submit(List.of(GATE), LATER);
            await_(atTheGate);
            var others = List.of(batcher.submit(List.of(1), LATER), batcher.submit(List.of(2), LATER));
            broken = true;
            gate.countDown();

            assertThat(first.join()).containsExactly(2 * GATE);
            assertThat(others.get(0).join()).containsExactly(2);
            assertThat(others.get(1).join()).containsExactly(4);
        }
        assertThat(failed("item") + failed("worker")).isZero();
    }

    @Test
    void run_itemBreaksTheWorkerEachTime_isRefusedAndTheOthersAreNot() {
        try (var batcher = batcher()) {
            var futures = inOneBatch(batcher, 1, BREAKS, 2);

            assertFails(futures.get(1)).withCauseInstanceOf(UnprocessableItemException.class);
            assertThat(futures.get(0).join()).containsExactly(2);
            assertThat(futures.get(2).join()).containsExactly(4);
        }
        assertThat(failed("item")).isEqualTo(1);
    }

    @Test
    void run_workerCannotBeMended_failsWhatComesUntilItCan() {
        try (var batcher = batcher()) {
            broken = true;
            mendable = false;

            assertFails(batcher.submit(List.of(1), LATER))
                    .withCauseInstanceOf(WorkerBrokenException.class)
                    .withMessageContaining("What runs the test queue does not work: no device");
            mendable = true;
            assertThat(batcher.submit(List.of(2), LATER).join()).containsExactly(4);
        }
        assertThat(failed("worker")).isEqualTo(1);
    }

    /** As the check of where sessions run does, which can be made only once. */
    @Test
    void run_workerKeepsWhatItThrows_failsWhatComes() {
        var kept = new IllegalStateException("the processor ran it");
        var worker = new BatchWorker<Integer, Integer>() {
            @Override
            public List<Integer> run(List<Integer> batch) {
                throw kept;
            }

            @Override
            public Condition examine() {
                throw kept;
            }
        };
        try (var batcher = batcher(List.of(worker))) {
            assertFails(batcher.submit(List.of(1), LATER))
                    .withCauseInstanceOf(WorkerBrokenException.class)
                    .withMessageContaining("the processor ran it");
        }
    }

    @Test
    void run_fewerOutputsThanInputs_isAFaultAndNobodysAnswer() {
        BatchWorker<Integer, Integer> forgetsTheFirst = batch -> batch.subList(1, batch.size());
        try (var batcher = batcher(List.of(forgetsTheFirst))) {
            assertFails(batcher.submit(List.of(1, 2), LATER))
                    .withCauseInstanceOf(UnprocessableItemException.class)
                    .withMessageContaining("0 outputs for 1 inputs");
        }
    }

    @Test
    void look_threadThatDied_isFollowedByAnother() {
        try (var batcher = batcher()) {
            var taken = new CountDownLatch(1);
            Runnable dies = () -> {
                taken.countDown();
                throw new AssertionError("the worker's thread dies of this");
            };
            var lost = batcher.submit(List.of(1), LATER, dies, Announcement.NONE);
            await_(taken);
            var next = batcher.submit(List.of(2), LATER);

            // The thread dies of what nobody catches, which is no fault of the test's.
            await().dontCatchUncaughtExceptions().until(() -> {
                batcher.look(System.nanoTime());
                return next.isDone();
            });

            assertThat(next.join()).containsExactly(4);
            assertThat(lost).isNotDone();
        }
        assertThat(runs).containsExactly(List.of(2));
    }

    @Test
    void look_runThatHangs_isGivenUpAndItsItemsRunAlone() {
        try (var batcher = batcher()) {
            var futures = inOneBatch(batcher, 1, HANGS, 2);

            hanging.acquireUninterruptibly();
            batcher.look(System.nanoTime() + OVERDUE);
            assertThat(futures.get(0).join()).containsExactly(2);
            // Alone it hangs again, so it is the item.
            hanging.acquireUninterruptibly();
            assertThat(futures.get(2)).isNotDone();
            batcher.look(System.nanoTime() + OVERDUE);

            assertFails(futures.get(1))
                    .withCauseInstanceOf(UnprocessableItemException.class)
                    .withMessageContaining("has hung twice");
            assertThat(futures.get(2).join()).containsExactly(4);
            assertThat(batcher.isStalled()).isFalse();
            assertThat(registry.get("clipserve.batch.hung").gauge().value()).isEqualTo(2);
            end.countDown();
            await().until(() -> registry.get("clipserve.batch.hung").gauge().value() == 0);
            assertThat(batcher.submit(List.of(3), LATER).join()).containsExactly(6);
        }
    }

    @Test
    void look_noMemoryForAnotherWorker_triesAgainTheNextTime() {
        var absent = new AtomicBoolean(true);
        var worker = new BatchWorker<Integer, Integer>() {
            @Override
            public List<Integer> run(List<Integer> batch) {
                hanging.release();
                await_(end);
                return batch;
            }

            @Override
            public Worker replacement() {
                if (absent.getAndSet(false)) {
                    throw new OutOfMemoryError("no memory for another");
                }
                return new Worker();
            }
        };
        try (var batcher = batcher(List.of(worker))) {
            var waits = batcher.submit(List.of(1), LATER);
            hanging.acquireUninterruptibly();
            assertThatThrownBy(() -> batcher.look(System.nanoTime() + OVERDUE)).hasMessage("no memory for another");

            batcher.look(System.nanoTime() + OVERDUE);
            end.countDown();

            assertThat(waits).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(List.of(2));
        }
    }

    @Test
    void look_runInTime_isLeftAlone() {
        try (var batcher = batcher()) {
            var hangs = batcher.submit(List.of(HANGS), LATER);
            hanging.acquireUninterruptibly();

            batcher.look(System.nanoTime());
            end.countDown();

            assertThat(hangs.join()).containsExactly(2 * HANGS);
        }
        assertThat(runs).containsExactly(List.of(HANGS));
    }

    @Test
    void look_sessionsThatTakeLongToOpen_doNotCountForTheRun() {
        try (var batcher = batcher()) {
            var waits = batcher.submit(List.of(HANGS), LATER);
            hanging.acquireUninterruptibly();
            // A day and a second after the run began; it may take a day.
            long now = System.nanoTime() + Duration.ofDays(1).plusMinutes(1).toNanos();

            opening = Duration.ofMinutes(2);
            batcher.look(now);
            end.countDown();

            assertThat(waits.join()).containsExactly(2 * HANGS);
        }
        assertThat(runs).containsExactly(List.of(HANGS));
    }

    @Test
    void look_sessionsThatNeverOpen_areGivenUp() {
        try (var batcher = batcher()) {
            var waits = batcher.submit(List.of(HANGS), LATER);
            hanging.acquireUninterruptibly();

            opening = Duration.ofDays(2);
            batcher.look(System.nanoTime() + OVERDUE);
            end.countDown();

            assertThat(waits.join()).containsExactly(2 * HANGS);
        }
        // By another worker again.
        assertThat(runs).hasSize(2);
    }

    @Test
    void look_moreRunsHangThanCanBeLeftBehind_isStalledUntilOneEnds() {
        try (var batcher = batcher()) {
            var first = batcher.submit(List.of(HANGS), LATER);
            for (int i = 0; i < 2; i++) {
                hanging.acquireUninterruptibly();
                batcher.look(System.nanoTime() + OVERDUE);
            }
            assertFails(first).withCauseInstanceOf(UnprocessableItemException.class);
            var second = batcher.submit(List.of(HANGS), LATER);
            hanging.acquireUninterruptibly();
            batcher.look(System.nanoTime() + OVERDUE);

            assertThat(batcher.isStalled()).isTrue();
            assertThat(registry.get("clipserve.queue.stalled").gauge().value()).isEqualTo(1);
            assertThat(second).isNotDone();

            end.countDown();
            assertThat(second.join()).containsExactly(2 * HANGS);
            batcher.look(System.nanoTime());
            assertThat(batcher.isStalled()).isFalse();
        }
    }

    @Test
    void close_stalled_doesNotWaitForWhatNeverEnds() {
        var batcher = batcher();
        var first = batcher.submit(List.of(HANGS), LATER);
        for (int i = 0; i < 2; i++) {
            hanging.acquireUninterruptibly();
            batcher.look(System.nanoTime() + OVERDUE);
        }
        var last = batcher.submit(List.of(HANGS), LATER);
        hanging.acquireUninterruptibly();
        batcher.look(System.nanoTime() + OVERDUE);

        batcher.close();

        assertThat(first).isCompletedExceptionally();
        assertThat(last).isNotDone();
        end.countDown();
        assertThat(last.join()).containsExactly(2 * HANGS);
    }

    @Test
    void close_oneOfTwoStalled_waitsForTheOther() {
        var batcher = batcher(2);
        for (int i = 0; i < 2; i++) {
            var first = batcher.submit(List.of(HANGS), LATER);
            for (int j = 0; j < 2; j++) {
                hanging.acquireUninterruptibly();
                batcher.look(System.nanoTime() + OVERDUE);
            }
            assertFails(first).withCauseInstanceOf(UnprocessableItemException.class);
        }
        var last = batcher.submit(List.of(HANGS), LATER);
        hanging.acquireUninterruptibly();
        batcher.look(System.nanoTime() + OVERDUE);
        assertThat(batcher.isStalled()).isTrue();
        var sound = batcher.submit(List.of(GATE), LATER);
        await_(atTheGate);

        var answeredBefore = CompletableFuture.runAsync(batcher::close).thenApply(_ -> sound.isDone());
        await().until(() -> refuses(batcher));
        gate.countDown();
        // By its clock the run that hangs began a moment ago, so it is waited for now, too.
        end.countDown();

        assertThat(answeredBefore).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true);
        assertThat(last.join()).containsExactly(2 * HANGS);
    }

    private static boolean refuses(MicroBatcher<Integer, Integer> batcher) {
        try {
            batcher.announce(LATER).close();
            return false;
        } catch (RejectedExecutionException e) {
            return true;
        }
    }
}
