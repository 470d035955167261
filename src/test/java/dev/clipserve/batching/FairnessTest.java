package dev.clipserve.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is let in, who is refused, and whose turn it is, when several callers want more than there is. */
class FairnessTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** Of items that hold as many bytes as they say. */
    private static QueueSpec<Integer> spec(int maxBatch, int maxWaiting) {
        return new QueueSpec<>(
                "test",
                "test",
                new BatchPolicy(maxBatch, maxWaiting, 1_000_000, Duration.ZERO),
                _ -> 0,
                Integer::longValue);
    }

    private WaitingRoom<Integer, Integer> room(int maxBatch, int maxWaiting) {
        QueueSpec<Integer> spec = spec(maxBatch, maxWaiting);
        return new WaitingRoom<>(spec, 1, new BatchMeters(registry, spec));
    }

    private static void enter(WaitingRoom<Integer, Integer> room, String caller, Integer... items) {
        enter(room, LATER.of(caller), items);
    }

    private static void enter(WaitingRoom<Integer, Integer> room, Deadline deadline, Integer... items) {
        room.enter(submission(items), deadline, Announcement.NONE);
    }

    private static Submission<Integer, Integer> submission(Integer... items) {
        return new Submission<>(spec(1, 1), List.of(items), () -> {});
    }

    private static List<Integer> next(WaitingRoom<Integer, Integer> room) {
        return room.nextBatch(0).stream().map(Submission.Item::input).toList();
    }

    @Test
    void nextBatch_floodOfOneCaller_takesTheOthersFirstToo() {
        var room = room(3, 1_000);
        IntStream.rangeClosed(101, 200).forEach(item -> enter(room, "flood", item));
        enter(room, "one", 1);
        enter(room, "two", 2, 3);

        assertThat(next(room)).containsExactly(101, 1, 2);
        assertThat(next(room)).containsExactly(3, 102, 103);
    }

    @Test
    void nextBatch_severalSubmissionsOfACaller_takesOneOfEachBeforeASecondOfAny() {
        var room = room(4, 1_000);
        enter(room, "one", 1, 2, 3);
        enter(room, "one", 4);

        assertThat(next(room)).containsExactly(1, 4, 2, 3);
    }

    @Test
    void enter_floodOfOneCaller_leavesAQuarterToOthers() {
        var room = room(8, 8);
        assertThat(letIn(room, "flood")).isEqualTo(6);
        // 1 is at most three times the one place that is left then; 2 are not.
        assertThat(letIn(room, "other")).isEqualTo(1);
        assertThat(room.waiting()).isEqualTo(7);
        assertThat(registry.get("clipserve.queue.refused").counter().count()).isEqualTo(2);
    }

    private static int letIn(WaitingRoom<Integer, Integer> room, String caller) {
        for (int i = 0; ; i++) {
            try {
                enter(room, caller, i);
            } catch (QueueFullException e) {
                return i;
            }
        }
    }

    @Test
    void enter_behindARequestThatFillsTheQueue_isLetInAndNext() {
        var room = room(2, 100);
        enter(room, "large", IntStream.range(0, 500).boxed().toArray(Integer[]::new));
        enter(room, "small", 1_000);

        assertThat(next(room)).containsExactly(0, 1_000);
    }

    @Test
    void enter_behindARequestThatHoldsMoreThanAllMemory_isLetIn() {
        var room = room(2, 100);
        enter(room, "large", 2_000_000);
        enter(room, "small", 10);

        assertThat(next(room)).containsExactly(2_000_000, 10);
    }

    @Test
    void enter_longerWaitThanTheCallerHas_isRefusedAtOnceAndToldWhenToComeBack() {
        var room = room(1, 100);
        room.finished(1, Duration.ofSeconds(40).toNanos());
        enter(room, "one", 1);
        enter(room, "one", 2);
        enter(room, "one", 3);
        // An item of each submission comes before a second, and then it takes its own time: four times 40 seconds, of
        // which half of the time that there is may go by.
        Deadline early = Deadline.after(Duration.ofSeconds(280)).of("one");
        Deadline late = Deadline.after(Duration.ofSeconds(1_000)).of("one");

        assertThatThrownBy(() -> enter(room, early, 4))
                .isInstanceOfSatisfying(
                        QueueFullException.class,
                        e -> assertThat(e.retryAfter().toMillis()).isCloseTo(20_000, within(10_000L)))
                .hasMessageContaining("160000 ms");
        assertThatThrownBy(() -> room.announce(early)).isInstanceOf(QueueFullException.class);
        enter(room, late, 4);
        // Before another caller's first item there is one of this one: twice 40 seconds.
        enter(room, early.of("another"), 5);
        assertThat(next(room)).containsExactly(1);
        assertThat(next(room)).containsExactly(5);
    }

    @Test
    void enter_whileABatchRuns_waitsForItAndForTheOneThatTheItemIsIn() {
        var room = room(4, 100);
        enter(room, "one", 1, 2, 3, 4);
        assertThat(next(room)).containsExactly(1, 2, 3, 4);
        room.finished(1, Duration.ofSeconds(10).toNanos());
        enter(room, "one", 5, 6);
        // Four run, one of the two comes first, and a batch so slow has one: six times 10 seconds.
        Deadline deadline = Deadline.after(Duration.ofSeconds(110)).of("one");

        assertThatThrownBy(() -> enter(room, deadline, 7))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("60000 ms");
        assertThat(room.nextBatch(4)).hasSize(1);
        // One runs, one comes first: three times 10 seconds.
        enter(room, deadline, 7);
        assertThat(room.nextBatch(1)).hasSize(1);
    }

    @Test
    void enter_whereABatchHoldsMore_waitsForAllOfIt() {
        var room = room(4, 100);
        room.finished(1, Duration.ofMillis(100).toNanos());
        enter(room, "one", 1, 2, 3, 4);
        assertThat(next(room)).containsExactly(1, 2, 3, 4);
        enter(room, "one", 5, 6);

        // Four run, one of the two comes first, and all three are one batch: eight times 100 ms.
        assertThatThrownBy(() ->
                        enter(room, Deadline.after(Duration.ofMillis(1_500)).of("one"), 7))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("about 800 ms");
    }

    /** Nobody should wait for half a second of others' work in the same run, where that makes nothing faster. */
    @Test
    void nextBatch_slowItems_areFew() {
        var room = room(8, 100);
        enter(room, "one", 1, 2, 3, 4, 5);
        room.finished(4, Duration.ofMillis(960).toNanos());

        assertThat(next(room)).containsExactly(1, 2);

        room.finished(4, Duration.ofSeconds(9).toNanos());
        assertThat(next(room)).containsExactly(3);
    }

    @Test
    void enter_nothingWaits_isLetInHoweverSlowItWas() {
        var room = room(8, 100);
        room.finished(1, Duration.ofDays(2).toNanos());

        enter(room, "one", 1);

        assertThat(next(room)).containsExactly(1);
    }

    @Test
    void announce_placeThatIsKept_isTheItemsEvenIfOthersFilledTheQueue() {
        var room = room(8, 8);
        Announcement coming = room.announce(LATER.of("one"));
        assertThat(letIn(room, "flood")).isEqualTo(5);

        room.enter(submission(1), LATER.of("one"), coming);

        assertThat(coming.isOpen()).isFalse();
        assertThat(next(room)).contains(1);
    }

    @Test
    void announce_itemLargerThanTheMemoryThatIsLeft_isRefusedAllTheSame() {
        var room = room(8, 8);
        Announcement coming = room.announce(LATER.of("one"));
        enter(room, "other", 600_000);

        assertThatThrownBy(() -> room.enter(submission(500_000), LATER.of("one"), coming))
                .isInstanceOf(QueueFullException.class);

        assertThat(coming.isOpen()).isFalse();
        assertThat(next(room)).containsExactly(600_000);
    }

    @Test
    void announce_moreThanThereArePlaces_isRefusedBeforeAnythingIsPrepared() {
        var room = room(8, 8);
        List<Announcement> coming = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            coming.add(room.announce(LATER.of("one")));
        }
        assertThatThrownBy(() -> room.announce(LATER.of("one"))).isInstanceOf(QueueFullException.class);

        coming.getFirst().close();

        room.announce(LATER.of("one")).close();
        assertThat(room.waiting()).isZero();
    }

    @Test
    void announce_afterTheDeadline_isInVain() {
        var room = room(8, 8);

        assertThatThrownBy(() -> room.announce(Deadline.after(Duration.ofSeconds(-1))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }
}
