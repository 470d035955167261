package dev.clipserve.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;

/** How one session uses its hardware; turned into ONNX Runtime's options, whose native memory the caller owns. */
sealed interface SessionSettings permits SessionSettings.Cpu, GpuSettings {

    SessionOptions open() throws OrtException;

    /** So many processor threads for each run. */
    record Cpu(int threads) implements SessionSettings {

        @Override
        public SessionOptions open() throws OrtException {
            SessionOptions options = new SessionOptions();
            options.setIntraOpNumThreads(threads);
            // Idle threads that spin take the processor from decoding and from the other encoder; a moment of it spares
            // the threads of one run the sleep between two of its steps.
            options.addConfigEntry("session.intra_op.spin_duration_us", "20");
            // The arena keeps the most that any run ever took; without it a run costs no more, and memory stays flat.
            options.setCPUArenaAllocator(false);
            return options;
        }
    }
}
