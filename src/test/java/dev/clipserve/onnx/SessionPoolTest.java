package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several sessions on the processor stand for several GPUs. */
class SessionPoolTest {

    private static final OnnxGraph TEXT =
            new OnnxGraph.File("text", Path.of("models/mini-clip/onnx/text_model.onnx"), null);
    private static final String OUTPUT = "text_embeds";

    /** The sessions in the order of their opening; each device adds its own. */
    private final List<OnnxSession> opened = new ArrayList<>();

    /** The devices whose placement was checked. */
    private final List<OnnxSession> checked = new ArrayList<>();

    private Device device() {
        OnnxSession session = OnnxSession.load(TEXT, new SessionSettings.Cpu(1));
        opened.add(session);
        return Device.opening("text", () -> Sessions.shared(session, checked::add));
    }

    private SessionPool pool(int devices, int lanesPerDevice) {
        return SessionPool.open(
                ExecutionProvider.Cpu.leastMemory(1, 1),
                IntStream.range(0, devices).mapToObj(device -> this::device),
                lanesPerDevice);
    }

    /** start, cat, end; so many times */
    private static List<OnnxInput> cats(int rows) {
        LongBuffer ids = LongBuffer.allocate(3 * rows);
        for (int row = 0; row < rows; row++) {
            ids.put(new long[] {49_406, 2_368, 49_407});
        }
        return List.of(new OnnxInput.Longs("input_ids", List.of(rows, 3), ids.flip()));
    }

    @Test
    void lanes_ofTwoDevicesWithTwoEach_alternateBetweenThem() {
        try (SessionPool pool = pool(2, 2)) {
            opened.get(1).close();

            assertThat(pool.devices()).isEqualTo(2);
            assertThat(pool.lanes().stream().map(SessionPoolTest::works)).containsExactly(true, false, true, false);
        }
    }

    private static boolean works(Lane lane) {
        try {
            return lane.run(cats(1), OUTPUT).length == 128;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void run_onAnyLaneInAnyBatch_givesTheSameBitsAsASessionThatIsNotPinned() {
        try (SessionPool pool = pool(2, 1);
                OnnxSession plain = OnnxSession.load(TEXT, new SessionSettings.Cpu(1))) {
            for (int rows : new int[] {1, 4, 2, 7, 1, 7}) {
                float[] expected = plain.run(cats(rows), OUTPUT);

                assertThat(pool.lanes())
                        .allSatisfy(
                                lane -> assertThat(lane.run(cats(rows), OUTPUT)).isEqualTo(expected));
            }
        }
    }

    @Test
    void run_afterAnother_leavesTheFirstAnswerAlone() {
        try (SessionPool pool = pool(1, 1)) {
            Lane lane = pool.lanes().getFirst();
            lane.run(cats(1), OUTPUT);
            float[] first = lane.run(cats(1), OUTPUT);
            float[] copy = first.clone();

            lane.run(
                    List.of(new OnnxInput.Longs(
                            "input_ids", List.of(1, 2), LongBuffer.wrap(new long[] {49_406, 49_407}))),
                    OUTPUT);

            assertThat(first).isEqualTo(copy);
        }
    }

    @Test
    void run_refusedInputsOnAPinnedLane_saysSoAndTheLaneGoesOn() {
        try (SessionPool pool = pool(1, 1)) {
            Lane lane = pool.lanes().getFirst();
            float[] cat = lane.run(cats(1), OUTPUT);
            var unknown = List.<OnnxInput>of(new OnnxInput.Longs("ids", List.of(1, 1), LongBuffer.allocate(1)));

            assertThatThrownBy(() -> lane.run(unknown, OUTPUT))
                    .isInstanceOf(OnnxException.class)
                    .hasMessageStartingWith("Running text failed: ");
            assertThat(lane.run(cats(1), OUTPUT)).isEqualTo(cat);
        }
    }

    @Test
    void verifyPlacement_asksEachDevice() {
        try (SessionPool pool = pool(3, 2)) {
            pool.verifyPlacement();

            assertThat(checked).isEqualTo(opened);
        }
    }

    @Test
    void open_secondDeviceFails_closesTheFirst() {
        Supplier<Device> broken = () -> {
            throw new OnnxException("no such device");
        };

        assertThatThrownBy(() ->
                        SessionPool.open(ExecutionProvider.Cpu.leastMemory(1, 1), Stream.of(this::device, broken), 1))
                .hasMessage("no such device");
        assertThat(opened).singleElement().satisfies(SessionPoolTest::assertClosed);
    }

    @Test
    void close_closesAllDevices() {
        pool(3, 1).close();

        assertThat(opened).hasSize(3).allSatisfy(SessionPoolTest::assertClosed);
    }

    private static void assertClosed(OnnxSession session) {
        assertThatThrownBy(() -> session.run(cats(1), OUTPUT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void load_processor_hasALaneForEachParallelRun() {
        try (SessionPool pool =
                SessionPool.load(TEXT, ExecutionProvider.Cpu.shortestAnswer(4, 2), GraphCache.none(), List.of())) {
            assertThat(pool.lanes()).hasSize(2);
            assertThat(pool.devices()).isEqualTo(1);
        }
    }

    @Test
    void load_gpuThatIsNotThere_isTheDevicesFault() {
        assertThatThrownBy(() -> cuda(TEXT))
                .isInstanceOf(DeviceException.class)
                .hasMessageStartingWith(
                        "The model was to run by CUDA on device 99, but that failed: Cannot load text: ")
                .hasMessageContaining("CPUExecutionProvider");
    }

    @Test
    void load_graphThatIsNone_isTheGraphsFaultAlsoForAGpu() {
        var missing = new OnnxGraph.File("the graph", Path.of("none.onnx"), null);

        assertThatThrownBy(() -> cuda(missing))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith("Cannot load the graph: ");
    }

    private static SessionPool cuda(OnnxGraph graph) {
        var gpus = new ExecutionProvider.Gpus(List.of(99), 0, 1, ExecutionProvider.Arithmetic.FP32);
        return SessionPool.load(graph, new ExecutionProvider.Cuda(gpus), GraphCache.none(), List.of());
    }
}
