package dev.clipserve.onnx;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A place for one run at a time, on one device. Outputs are written into memory that the lane keeps, so a run allocates
 * none. For one thread at a time.
 */
public final class Lane {

    private final Device device;
    private final boolean pins;
    private FloatBuffer memory = DirectBuffers.floats(0);
    private int columns;

    Lane(Device device) {
        this.device = device;
        this.pins = device.outputs().stream().allMatch(output -> output.type().equals("FLOAT"));
    }

    /**
     * Runs the graph and gives a copy of one output, row-major: a matrix with a row for each row of the first input.
     *
     * @throws OnnxException if the graph refuses the inputs or fails
     */
    public float[] run(List<OnnxInput> inputs, String output) {
        int rows = inputs.getFirst().shape().getFirst();
        if (columns > 0) {
            return runPinned(inputs, output, rows);
        }
        float[] values = device.run(session -> session.run(inputs, output));
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
        device.run(session -> session.run(inputs, target)).get(0, values);
        return values;
    }
}
