package dev.clipserve.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DecodeLineTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));

    private static DecodeJob<Integer> job(int units) {
        return new DecodeJob<>(units, () -> units);
    }

    private static List<DecodeJob<?>> enter(DecodeLine line, String caller, DecodeJob<?>... jobs) {
        return Stream.of(jobs)
                .flatMap(job -> line.enter(job, LATER.of(caller)).stream())
                .toList();
    }

    /** A line of one turn, where a job of 36 units takes a second, so that one of 236 takes three; one is under way. */
    private static DecodeLine busyLine() {
        var line = new DecodeLine(1, 10_000);
        enter(line, "first", job(36))
                .forEach(job -> line.done(job, Duration.ofSeconds(1).toNanos()));
        assertThat(enter(line, "busy", job(36))).hasSize(1);
        return line;
    }

    @Test
    void done_floodOfOneCaller_othersTakeTurnsWithIt() {
        var line = new DecodeLine(1, 100);
        List<DecodeJob<Integer>> flood =
                Stream.of(1, 2, 3, 4).map(DecodeLineTest::job).toList();
        var other = job(5);
        assertThat(enter(line, "flood", flood.toArray(DecodeJob[]::new))).containsExactly(flood.getFirst());
        assertThat(enter(line, "other", other)).isEmpty();

        assertThat(line.done(flood.get(0), 1)).containsExactly(flood.get(1));
        assertThat(line.done(flood.get(1), 1)).containsExactly(other);
        assertThat(line.done(other, 1)).containsExactly(flood.get(2));
        assertThat(line.waiting()).isEqualTo(1);
    }

    @Test
    void enter_whatNeedsMuchMemory_isNotOvertaken() {
        var line = new DecodeLine(3, 100);
        var first = job(60);
        var large = job(80);
        var small = job(10);
        enter(line, "first", first);
        assertThat(enter(line, "large", large)).isEmpty();
        assertThat(enter(line, "small", small)).isEmpty();

        assertThat(line.done(first, 1)).containsExactly(large, small);
    }

    @Test
    void leave_largeJobIsGivenUp_thoseBehindBegin() {
        var line = new DecodeLine(3, 100);
        var large = job(80);
        var small = job(10);
        enter(line, "first", job(60));
        enter(line, "large", large);
        enter(line, "small", small);
        large.turn().completeExceptionally(new TimeoutException());

        assertThat(line.leave()).containsExactly(small);
        assertThat(line.waiting()).isZero();
    }

    @Test
    void giveUp_jobThatHangs_isAnothersTurnButNotItsMemory() {
        var line = new DecodeLine(1, 100);
        var hung = job(60);
        var large = job(80);
        enter(line, "one", hung);
        assertThat(enter(line, "one", large)).isEmpty();

        assertThat(line.giveUp(hung)).isEmpty();
        assertThat(line.done(hung, 1)).containsExactly(large);
    }

    @Test
    void enter_waitOfMoreThanHalfTheTimeThatThereIs_isRefusedAtOnce() {
        DecodeLine line = busyLine();
        assertThat(enter(line, "one", job(36))).isEmpty();

        // One is under way, one comes first, and its own three seconds.
        assertThatThrownBy(() -> line.enter(job(236), Deadline.after(Duration.ofSeconds(9))))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("The decode queue is too long: an item waits for about 5000 ms");
        assertThat(line.enter(job(236), Deadline.after(Duration.ofSeconds(20)))).isEmpty();
        assertThat(line.waiting()).isEqualTo(2);
    }

    /** Who comes with one image waits for one of each other caller, not for all that they have. */
    @Test
    void enter_behindAFlood_isEstimatedByTurns() {
        DecodeLine line = busyLine();
        IntStream.range(0, 20).forEach(_ -> enter(line, "flood", job(36)));
        Deadline thirtySeconds = Deadline.after(Duration.ofSeconds(30));

        assertThatThrownBy(() -> line.enter(job(36), thirtySeconds.of("flood"))).isInstanceOf(QueueFullException.class);
        assertThat(line.enter(job(36), thirtySeconds.of("other"))).isEmpty();
    }

    @Test
    void enter_nobodyWaits_isLetInHoweverSlowItWas() {
        var line = new DecodeLine(1, 100);
        enter(line, "one", job(1))
                .forEach(job -> line.done(job, Duration.ofDays(1).toNanos()));

        assertThat(enter(line, "one", job(1))).hasSize(1);
        assertThat(enter(line, "one", job(1))).isEmpty();
    }
}
