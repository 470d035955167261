package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the text encoder of the model that ships. */
class OnnxSessionTest {

    private static final OnnxGraph TEXT =
            new OnnxGraph.File("text", Path.of("models/mini-clip/onnx/text_model.onnx"), null);
    private static final String OUTPUT = "text_embeds";

    private OnnxSession session;

    @BeforeEach
    void load() {
        session = load(TEXT);
    }

    @AfterEach
    void close() {
        session.close();
    }

    private static OnnxSession load(OnnxGraph graph) {
        return OnnxSession.load(graph, new SessionSettings.Cpu(1));
    }

    /** start, cat, end */
    private static List<OnnxInput> cat(String name, int... shape) {
        List<Integer> sizes = Arrays.stream(shape).boxed().toList();
        return List.of(new OnnxInput.Longs(name, sizes, LongBuffer.wrap(new long[] {49_406, 2_368, 49_407})));
    }

    @Test
    void inputsAndOutputs_ofTheTextEncoder_areAsTheGraphSays() {
        assertThat(session.inputs()).extracting(TensorSpec::toString).containsExactly("input_ids INT64 [?, ?]");
        assertThat(session.outputs()).extracting(TensorSpec::name).containsExactly(OUTPUT);
    }

    @Test
    void run_oneText_givesItsFeaturesEachTime() {
        float[] features = session.run(cat("input_ids", 1, 3), OUTPUT);

        assertThat(features).hasSize(128);
        assertThat(session.run(cat("input_ids", 1, 3), OUTPUT)).isEqualTo(features);
    }

    @Test
    void run_graphOfHalves_roundsWhatItTakesAndWidensWhatItGives() {
        var graph = new OnnxGraph.File("half", Path.of("src/test/resources/graphs/vision_model_fp16.onnx"), null);
        try (OnnxSession half = load(graph)) {
            // one pixel of three colours; 2049 lies between the halves 2048 and 2050 and goes to the even one
            var pixel = FloatBuffer.wrap(new float[] {0.5f, -0.25f, 2049});
            float[] means =
                    half.run(List.of(new OnnxInput.Floats("pixel_values", List.of(1, 3, 1, 1), pixel)), "image_embeds");

            assertThat(Arrays.copyOf(means, 3)).containsExactly(0.5f, -0.25f, 2048);
        }
    }

    @Test
    void load_noSuchFile_namesTheGraph() {
        assertThatThrownBy(() -> load(new OnnxGraph.File("the graph", Path.of("none.onnx"), null)))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith("Cannot load the graph: ");
    }

    @Test
    void load_bytesThatAreNoGraph_namesTheGraph() {
        byte[] bytes = "no graph".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> load(new OnnxGraph.Stored("the graph", () -> bytes)))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith("Cannot load the graph: ");
    }

    @Test
    void load_bytesThatCannotBeRead_namesTheGraphAndTheReason() {
        OnnxGraph unreadable = new OnnxGraph.Stored("the graph", () -> {
            throw new IOException("the jar is gone");
        });

        assertThatThrownBy(() -> load(unreadable))
                .isInstanceOf(OnnxException.class)
                .hasMessage("Cannot read the graph: the jar is gone");
    }

    @Test
    void run_unknownInput_isRefusedAndTheSessionGoesOn() {
        assertRefused(cat("ids", 1, 3), OUTPUT);
    }

    @Test
    void run_unknownOutput_isRefusedAndTheSessionGoesOn() {
        assertRefused(cat("input_ids", 1, 3), "embeds");
    }

    @Test
    void run_otherRank_isRefusedAndTheSessionGoesOn() {
        assertRefused(cat("input_ids", 3), OUTPUT);
    }

    @Test
    void run_shapeThatIsNotTheValues_isRefusedAndTheSessionGoesOn() {
        assertRefused(cat("input_ids", 2, 3), OUTPUT);
    }

    @Test
    void run_otherType_isRefusedAndTheSessionGoesOn() {
        assertRefused(
                List.of(new OnnxInput.Floats("input_ids", List.of(1, 3), FloatBuffer.wrap(new float[3]))), OUTPUT);
    }

    private void assertRefused(List<OnnxInput> inputs, String output) {
        assertThatThrownBy(() -> session.run(inputs, output))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith("Running text failed: ");
        assertThat(session.run(cat("input_ids", 1, 3), OUTPUT)).hasSize(128);
    }

    @Test
    void close_twice_isHarmless() {
        session.close();

        assertThatCode(session::close).doesNotThrowAnyException();
    }

    @Test
    void run_afterClose_isRefused() {
        session.close();

        assertThatThrownBy(() -> session.run(cat("input_ids", 1, 3), OUTPUT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void toString_openDimensions_areQuestionMarks() {
        assertThat(new TensorSpec("pixel_values", "FLOAT", List.of(-1L, 3L, 32L, 32L)))
                .hasToString("pixel_values FLOAT [?, 3, 32, 32]");
    }
}
