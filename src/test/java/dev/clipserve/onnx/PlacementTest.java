package dev.clipserve.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {

    private static final SessionSettings WANTED = new SessionSettings.Cpu(1);

    @TempDir
    private Path folder;

    private Path write(String... nodes) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), "[" + String.join(",", nodes) + "]");
    }

    private static String node(String operator, String provider, String outputs) {
        return """
                {"cat":"Node","args":{"op_name":"%s","provider":"%sExecutionProvider","output_type_shape":[%s]}}""".formatted(operator, provider, outputs);
    }

    @Test
    void read_shapesAndSingleFloatsOnTheProcessor_areOnTheDevice() throws IOException {
        Path profile = write(
                "{\"cat\":\"Session\",\"args\":{}}",
                node("Shape", "CPU", "{\"int64\":[2]}"),
                node("Sqrt", "CPU", "{\"float\":[]}"),
                node("Equal", "CPU", "{\"bool\":[4]}"),
                node("MatMul", "CUDA", "{\"float\":[1,512]}"));

        assertThat(Placement.read(profile).isOnDevice()).isTrue();
        assertThat(Placement.read(profile).nodes()).isEqualTo(4);
    }

    @Test
    void read_matricesOnTheProcessor_areCountedByOperator() throws IOException {
        Placement placement = Placement.read(write(
                node("MatMul", "CPU", "{\"float\":[1,512]}"),
                node("Softmax", "CPU", "{\"float16\":[1,8]}"),
                node("MatMul", "CPU", "{\"float\":[1,512]}"),
                node("MatMul", "CUDA", "{\"float\":[1,512]}")));

        assertThat(placement.isOnDevice()).isFalse();
        assertThat(placement.describe()).isEqualTo("2 × MatMul, 1 × Softmax");
    }

    @Test
    void read_outputsUntold_areCounted() throws IOException {
        assertThat(Placement.read(write(node("MatMul", "CPU", ""))).isOnDevice())
                .isFalse();
    }

    @Test
    void read_noNodes_isNotOnTheDevice() throws IOException {
        assertThat(Placement.read(write()).isOnDevice()).isFalse();
    }

    /** What ONNX Runtime itself writes of a run that fell back to the processor. */
    @Test
    void check_profileOfARunOnTheProcessor_namesWhatRanThere() throws OrtException, IOException {
        Path profile = profileOfTheTextEncoder();

        assertThatThrownBy(() -> GpuDevice.check(profile, WANTED))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("but the processor ran ")
                .hasMessageContaining(" × MatMul")
                .hasMessageContaining(" × Softmax")
                .hasMessageNotContaining(" × Shape");
    }

    private Path profileOfTheTextEncoder() throws OrtException, IOException {
        Path prefix = Files.createTempDirectory(folder, "profile").resolve("profile");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.enableProfiling(prefix.toString());
            try (var session = environment.createSession("models/mini-clip/onnx/text_model.onnx", options);
                    var ids = OnnxTensor.createTensor(
                            environment, LongBuffer.wrap(new long[] {49_406, 2_368, 49_407}), new long[] {1, 3})) {
                session.run(Map.of("input_ids", ids)).close();
                return Path.of(session.endProfiling());
            }
        }
    }
}
