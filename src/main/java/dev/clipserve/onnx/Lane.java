package dev.clipserve.onnx;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * A place for one run at a time, on one device. Outputs are written into memory that the lane keeps, so a run allocates
 * none. For one thread at a time.
 */
public final class Lane implements GraphRun {

    private final Device device;
    private final boolean pins;
    private FloatBuffer memory = DirectBuffers.floats(0);
    private int columns;

    /** Those of the latest run. */
    private Sessions sessions;

    Lane(Device device) {
        this(
                device,
                device.sessions(),
                device.outputs().stream().allMatch(output -> output.type().equals("FLOAT")));
    }

    private Lane(Device device, Sessions sessions, boolean pins) {
        this.device = device;
        this.sessions = sessions;
        this.pins = pins;
    }

    @Override
    public Lane another() {
        return new Lane(device, sessions, pins);
    }

    @Override
    public float[] run(List<OnnxInput> inputs, String output) {
        int rows = inputs.getFirst().shape().getFirst();
        if (columns > 0) {
            return runPinned(inputs, output, rows);
        }
        float[] values = lent(session -> session.run(inputs, output));
        if (pins) {
            // Graphs seldom state how long a row is; from the first run on it is known.
            columns = values.length / rows;
        }
        return values;
    }

    private float[] runPinned(List<OnnxInput> inputs, String output, int rows) {
        float[] values = new float[Math.multiplyExact(rows, columns)];
        if (memory.capacity() < values.length) {
            memory = DirectBuffers.floats(values.length);
        }
        var target =
                new OnnxOutput(output, List.of(rows, columns), memory.clear().limit(values.length));
        lent(session -> session.run(inputs, target)).get(0, values);
        return values;
    }

    private <R> R lent(Function<OnnxSession, R> use) {
        try (Sessions.Run run = device.begin()) {
            sessions = run.sessions();
            return use.apply(run.session());
        }
    }

    @Override
    public boolean isCurrent() {
        return sessions.equals(device.sessions());
    }

    @Override
    public void reopen() {
        device.reopen(sessions);
    }

    @Override
    public void works() {
        device.sessions().verifyPlacement();
        device.works();
    }
}
