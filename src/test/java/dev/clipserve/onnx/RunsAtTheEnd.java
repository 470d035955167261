package dev.clipserve.onnx;

import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;

/** A process that is told to end and still has runs, all of which fail and are logged by ONNX Runtime. */
final class RunsAtTheEnd {

    static final int RUNS = 300;

    private RunsAtTheEnd() {}

    public static void main(String[] arguments) {
        var text = new OnnxGraph.File("text", Path.of("models/mini-clip/onnx/text_model.onnx"), null);
        OnnxSession session = OnnxSession.load(text, new SessionSettings.Cpu(1));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(failures(session))));
        System.exit(0);
    }

    private static int failures(OnnxSession session) {
        int failures = 0;
        for (int i = 0; i < RUNS; i++) {
            // No token has this number.
            var ids = LongBuffer.wrap(new long[] {1_000_000});
            try {
                session.run(List.of(new OnnxInput.Longs("input_ids", List.of(1, 1), ids)), "text_embeds");
            } catch (OnnxException e) {
                failures++;
            }
        }
        return failures;
    }
}
