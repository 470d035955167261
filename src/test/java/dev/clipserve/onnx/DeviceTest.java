package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.LongBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sessions that are closed under their runs: they fail as those do whose device is gone. */
class DeviceTest {

    private static final OnnxGraph TEXT =
            new OnnxGraph.File("text", Path.of("models/mini-clip/onnx/text_model.onnx"), null);

    private final List<OnnxSession> opened = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(-5);
    private final Device device = Device.opening("text", this::open, clock::get);
    private final Lane lane = new Lane(device);
    private boolean absent;

    private Sessions open() {
        if (absent) {
            throw new OnnxException("no such device");
        }
        return Sessions.shared(openSession(), _ -> {});
    }

    private OnnxSession openSession() {
        OnnxSession session = OnnxSession.load(TEXT, new SessionSettings.Cpu(1));
        opened.add(session);
        return session;
    }

    @AfterEach
    void close() {
        device.close();
    }

    private float[] run(Lane place) {
        var ids = LongBuffer.wrap(new long[] {49_406, 2_368, 49_407});
        return place.run(List.of(new OnnxInput.Longs("input_ids", List.of(1, 3), ids)), "text_embeds");
    }

    private void breakSessions() {
        opened.getLast().close();
        assertThatThrownBy(() -> run(lane)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reopen_brokenSessions_givesTheSameBitsAgain() {
        float[] before = run(lane);
        breakSessions();

        lane.reopen();

        assertThat(run(lane)).isEqualTo(before);
        assertThat(device.reopened()).isEqualTo(1);
        assertThat(opened).hasSize(2);
    }

    @Test
    void reopen_ofTwoLanes_happensOnce() {
        var other = new Lane(device);
        breakSessions();
        lane.reopen();

        assertThat(other.isCurrent()).isFalse();
        other.reopen();

        assertThat(opened).hasSize(2);
        assertThat(run(other)).hasSize(128);
        assertThat(other.isCurrent()).isTrue();
    }

    @Test
    void reopen_againAndAgain_hasToWaitForTwiceAsLongEachTime() {
        breakSessions();
        lane.reopen();
        breakSessions();
        assertThatThrownBy(lane::reopen).isInstanceOf(OnnxException.class).hasMessageContaining("in 1000 ms");
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        lane.reopen();
        breakSessions();
        assertThatThrownBy(lane::reopen).isInstanceOf(OnnxException.class).hasMessageContaining("in 2000 ms");
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        lane.reopen();

        run(lane);
        lane.works();

        breakSessions();
        lane.reopen();
        assertThat(run(lane)).hasSize(128);
    }

    @Test
    void reopen_deviceIsAway_failsUntilItIsThere() {
        breakSessions();
        absent = true;
        assertThatThrownBy(lane::reopen).hasMessage("no such device");
        absent = false;
        clock.addAndGet(Duration.ofSeconds(1).toNanos());

        lane.reopen();

        assertThat(run(lane)).hasSize(128);
    }

    @Test
    void reopen_whileARunIsUnderWay_closesTheOldSessionsWhenItEnds() {
        Sessions.Run underWay = device.begin();
        lane.reopen();
        OnnxSession old = opened.getFirst();

        assertThat(old.outputs()).isNotEmpty();
        assertThat(run(lane)).hasSize(128);
        underWay.close();

        assertThatThrownBy(old::outputs).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void another_afterARunThatHangs_leavesItsSessions() {
        Lane next = lane.another();

        next.reopen();

        assertThat(run(next)).hasSize(128);
        assertThat(lane.isCurrent()).isFalse();
        assertThat(opened).hasSize(2);
    }

    @Test
    void works_again_asksOnceWhereTheRunsWere() {
        var asked = new AtomicLong();
        try (Device checked =
                Device.opening("text", () -> Sessions.shared(openSession(), _ -> asked.incrementAndGet()))) {
            var one = new Lane(checked);
            one.works();
            one.another().works();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void works_whereTheProcessorRanIt_failsEachTime() {
        var misplaced = new OnnxException("the processor ran it");
        try (Device checked = Device.opening(
                "text",
                () -> Sessions.shared(openSession(), _ -> {
                    throw misplaced;
                }))) {
            var one = new Lane(checked);

            assertThatThrownBy(one::works).isSameAs(misplaced);
            assertThatThrownBy(one::works).isSameAs(misplaced);
        }
    }

    @Test
    void reopen_closedDevice_opensNothing() {
        device.close();

        assertThatThrownBy(lane::reopen).isInstanceOf(OnnxException.class).hasMessageContaining("are closed");

        assertThat(opened).hasSize(1);
    }

    @Test
    void begin_closedDevice_isRefused() {
        device.close();

        assertThatThrownBy(() -> run(lane))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("are closed");
    }
}
