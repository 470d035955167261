package dev.clipserve.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.batching.Announcement;
import dev.clipserve.batching.BatchPolicy;
import dev.clipserve.batching.BatchWorker.Condition;
import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.MicroBatcher;
import dev.clipserve.batching.QueueSpec;
import dev.clipserve.batching.UnprocessableItemException;
import dev.clipserve.clip.EncoderWorker.Encoding;
import dev.clipserve.onnx.GraphRun;
import dev.clipserve.onnx.OnnxInput;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An encoder's worker over a graph that fails when it is told to. */
class EncoderWorkerTest {

    private static final Deadline LATER = Deadline.after(Duration.ofDays(1));
    private static final float SAMPLE = 1;
    private static final float POISON = 13;

    private final Sessions sessions = new Sessions();

    /** What lanes share. */
    private static final class Sessions {

        private int generation;
        private boolean broken;
        private boolean absent;
        private int brokenWhenOpened;
        private int proven;
    }

    /** Gives a row (v, 1) for each value v, and not a number for the poison, or for all when it is broken. */
    private record Lane(Sessions sessions, AtomicInteger latest) implements GraphRun {

        Lane(Sessions sessions) {
            this(sessions, new AtomicInteger(sessions.generation));
        }

        @Override
        public float[] run(List<OnnxInput> inputs, String output) {
            latest.set(sessions.generation);
            var values = ((OnnxInput.Floats) inputs.getFirst()).values();
            float[] rows = new float[2 * values.remaining()];
            for (int i = 0; i < rows.length / 2; i++) {
                float value = values.get(i);
                rows[2 * i] = sessions.broken || value == POISON ? Float.NaN : value;
                rows[2 * i + 1] = 1;
            }
            return rows;
        }

        @Override
        public boolean isCurrent() {
            return latest.get() == sessions.generation;
        }

        @Override
        public void reopen() {
            if (sessions.absent) {
                throw new IllegalStateException("no such device");
            }
            if (isCurrent()) {
                sessions.generation++;
                sessions.broken = sessions.brokenWhenOpened-- > 0;
            }
        }

        @Override
        public void works() {
            sessions.proven++;
        }

        @Override
        public Lane another() {
            return new Lane(sessions, new AtomicInteger(latest.get()));
        }
    }

    private EncoderWorker<Float> worker() {
        return new EncoderWorker<>(new Lane(sessions), new Encoding<>("y", SAMPLE, () -> EncoderWorkerTest::layout));
    }

    private static List<OnnxInput> layout(List<Float> batch) {
        FloatBuffer values = FloatBuffer.allocate(batch.size());
        batch.forEach(values::put);
        return List.of(new OnnxInput.Floats("x", List.of(batch.size(), 1), values.flip()));
    }

    private static Embedding embedding(float value) {
        return Embedding.normalize(new float[] {value, 1});
    }

    @Test
    void examine_itemThatGivesNoNumbers_isTheItemsFault() {
        var worker = worker();

        assertThatThrownBy(() -> worker.run(List.of(2f, POISON))).hasMessageContaining("NaN");

        assertThat(worker.examine()).isEqualTo(Condition.SOUND);
        assertThat(sessions.generation).isZero();
    }

    @Test
    void examine_sampleFailsToo_opensSessionsAnew() {
        var worker = worker();
        sessions.broken = true;
        assertThatThrownBy(() -> worker.run(List.of(2f))).hasMessageContaining("NaN");

        assertThat(worker.examine()).isEqualTo(Condition.MENDED);

        assertThat(sessions.generation).isEqualTo(1);
        assertThat(sessions.proven).isEqualTo(1);
        assertThat(worker.run(List.of(2f))).containsExactly(embedding(2));
    }

    @Test
    void examine_othersOpenedThemAnewMeanwhile_doesNotDoItAgain() {
        var worker = worker();
        var other = worker();
        sessions.broken = true;
        assertThatThrownBy(() -> worker.run(List.of(2f))).hasMessageContaining("NaN");
        assertThatThrownBy(() -> other.run(List.of(3f))).hasMessageContaining("NaN");

        assertThat(other.examine()).isEqualTo(Condition.MENDED);
        assertThat(worker.examine()).isEqualTo(Condition.MENDED);

        assertThat(sessions.generation).isEqualTo(1);
    }

    @Test
    void examine_cannotBeOpened_saysSoAndTriesAgainNextTime() {
        var worker = worker();
        sessions.broken = true;
        sessions.absent = true;

        assertThatThrownBy(worker::examine).hasMessage("no such device");
        sessions.absent = false;

        assertThat(worker.run(List.of(2f))).containsExactly(embedding(2));
        assertThat(sessions.generation).isEqualTo(1);
    }

    @Test
    void examine_othersFailToo_opensOthersTheNextTime() {
        var worker = worker();
        sessions.broken = true;
        sessions.brokenWhenOpened = 1;

        assertThatThrownBy(worker::examine).hasMessageContaining("NaN");
        assertThat(worker.examine()).isEqualTo(Condition.MENDED);

        assertThat(sessions.generation).isEqualTo(2);
        assertThat(worker.run(List.of(2f))).containsExactly(embedding(2));
        assertThat(worker.spentOpening()).isPositive();
    }

    @Test
    void replacement_leavesTheSessionsOfTheRunThatHangs() {
        var worker = worker();

        var next = worker.replacement();

        assertThat(next.run(List.of(2f))).containsExactly(embedding(2));
        assertThat(sessions.generation).isEqualTo(1);
        assertThat(sessions.proven).isEqualTo(1);
        assertThat(next.run(List.of(3f))).containsExactly(embedding(3));
        assertThat(sessions.generation).isEqualTo(1);
    }

    @Test
    void batch_withAPoisonedItem_givesTheOthersTheirEmbeddings() {
        var spec = new QueueSpec<Float>(
                "test", "test", new BatchPolicy(8, 100, 1_000_000, Duration.ZERO), _ -> 0, _ -> Float.BYTES);
        var registry = new SimpleMeterRegistry();
        var atTheGate = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        try (var batcher = new MicroBatcher<>(spec, registry, List.of(worker()))) {
            Runnable hold = () -> {
                atTheGate.countDown();
                await(gate);
            };
            var first = batcher.submit(List.of(3f), LATER, hold, Announcement.NONE);
            await(atTheGate);
            var poison = batcher.submit(List.of(POISON), LATER);
            var healthy = batcher.submit(List.of(2f), LATER);
            gate.countDown();

            assertThat(first.join()).containsExactly(embedding(3));
            assertThat(healthy.join()).containsExactly(embedding(2));
            assertThat(poison)
                    .failsWithin(Duration.ofMinutes(1))
                    .withThrowableThat()
                    .withCauseInstanceOf(UnprocessableItemException.class);
        }
        assertThat(registry.get("clipserve.batch.size").summary().max()).isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a run", e);
        }
    }
}
