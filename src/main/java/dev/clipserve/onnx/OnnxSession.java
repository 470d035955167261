package dev.clipserve.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One loaded graph. Owns its native memory until {@link #close}; nothing native leaves it.
 *
 * <p>{@link #run} may be called from any thread; one call at a time has the session, because each uses all of its
 * threads.
 */
public final class OnnxSession implements AutoCloseable {

    private final String name;
    private final OrtEnvironment environment;
    private final SessionOptions options;
    private final OrtSession session;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OnnxSession(String name, OrtEnvironment environment, SessionOptions options, OrtSession session) {
        this.name = name;
        this.environment = environment;
        this.options = options;
        this.session = session;
    }

    /**
     * Loads a graph.
     *
     * @param threads how many threads one run may use
     * @throws OnnxException if the graph cannot be read, or the provider is not there
     */
    public static OnnxSession load(OnnxGraph graph, ExecutionProvider provider, int threads) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        SessionOptions options = new SessionOptions();
        try {
            configure(options, provider, threads);
            return new OnnxSession(graph.name(), environment, options, create(environment, graph, options));
        } catch (OrtException e) {
            options.close();
            throw new OnnxException("Cannot load " + graph.name() + ": " + e.getMessage(), e);
        }
    }

    private static void configure(SessionOptions options, ExecutionProvider provider, int threads) throws OrtException {
        options.setIntraOpNumThreads(threads);
        // Idle threads that spin take the processor from decoding and from the other encoder.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        switch (provider) {
            case ExecutionProvider.Cpu() -> {}
            case ExecutionProvider.Cuda(int deviceId) -> options.addCUDA(deviceId);
        }
    }

    private static OrtSession create(OrtEnvironment environment, OnnxGraph graph, SessionOptions options)
            throws OrtException {
        return switch (graph) {
            case OnnxGraph.File(String name, var path) -> environment.createSession(path.toString(), options);
            case OnnxGraph.Bytes bytes -> environment.createSession(bytes.content(), options);
        };
    }

    /** What the graph takes, in its own order. */
    public List<TensorSpec> inputs() {
        try {
            return session.getInputInfo().values().stream()
                    .map(OnnxSession::spec)
                    .toList();
        } catch (OrtException e) {
            throw new OnnxException("Cannot read the inputs of " + name, e);
        }
    }

    /** What the graph gives, in its own order. */
    public List<TensorSpec> outputs() {
        try {
            return session.getOutputInfo().values().stream()
                    .map(OnnxSession::spec)
                    .toList();
        } catch (OrtException e) {
            throw new OnnxException("Cannot read the outputs of " + name, e);
        }
    }

    private static TensorSpec spec(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo tensor
                ? new TensorSpec(
                        node.getName(),
                        tensor.type.name(),
                        Arrays.stream(tensor.getShape()).boxed().toList())
                : new TensorSpec(node.getName(), "not a tensor", List.of());
    }

    /**
     * Runs the graph and copies one output out of native memory, row-major.
     *
     * @throws OnnxException if the graph refuses the inputs or fails
     */
    public float[] run(List<OnnxInput> inputs, String output) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (OnnxInput input : inputs) {
                tensors.put(input.name(), tensor(input));
            }
            try (var result = session.run(tensors, Set.of(output))) {
                return copy((OnnxTensor) result.get(0));
            }
        } catch (OrtException e) {
            throw new OnnxException("Running " + name + " failed: " + e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(OnnxInput input) throws OrtException {
        long[] shape = input.shape().stream().mapToLong(Integer::longValue).toArray();
        return switch (input) {
            case OnnxInput.Floats floats -> OnnxTensor.createTensor(environment, floats.values(), shape);
            case OnnxInput.Longs longs -> OnnxTensor.createTensor(environment, longs.values(), shape);
        };
    }

    private static float[] copy(OnnxTensor tensor) {
        FloatBuffer values = tensor.getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    /** Closes the session before its options, the order ONNX Runtime requires; again, it does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (options) {
            session.close();
        } catch (OrtException e) {
            throw new OnnxException("Cannot close " + name, e);
        }
    }
}
