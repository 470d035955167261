package dev.clipserve.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * One loaded graph. Owns its native memory until {@link #close}; nothing native leaves it.
 *
 * <p>{@link #run} may be called from any thread, by several at the same time.
 */
final class OnnxSession implements AutoCloseable {

    private final String name;
    private final OrtEnvironment environment;
    private final SessionOptions options;
    private final OrtSession session;
    private final Set<String> halfInputs;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OnnxSession(String name, OrtEnvironment environment, SessionOptions options, OrtSession session) {
        this.name = name;
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.halfInputs = inputs().stream()
                .filter(input -> input.type().equals(OnnxJavaType.FLOAT16.name()))
                .map(TensorSpec::name)
                .collect(Collectors.toSet());
    }

    /**
     * Loads a graph.
     *
     * @throws OnnxException if the graph cannot be read, or the hardware is not there
     */
    static OnnxSession load(OnnxGraph graph, SessionSettings settings) {
        OrtEnvironment environment = RuntimeEnvironment.get();
        try {
            SessionOptions options = settings.open();
            try {
                return new OnnxSession(graph.name(), environment, options, create(environment, graph, options));
            } catch (OrtException | RuntimeException | Error e) {
                options.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new OnnxException("Cannot load " + graph.name() + ": " + e.getMessage(), e);
        } finally {
            NativeHeap.trim();
        }
    }

    private static OrtSession create(OrtEnvironment environment, OnnxGraph graph, SessionOptions options)
            throws OrtException {
        return switch (graph) {
            case OnnxGraph.File file -> environment.createSession(file.path().toString(), options);
            case OnnxGraph.Stored stored -> environment.createSession(stored.bytes(), options);
        };
    }

    /** What the graph takes, in its own order. */
    List<TensorSpec> inputs() {
        try {
            return session.getInputInfo().values().stream()
                    .map(OnnxSession::spec)
                    .toList();
        } catch (OrtException e) {
            throw new OnnxException("Cannot read the inputs of " + name, e);
        }
    }

    /** What the graph gives, in its own order. */
    List<TensorSpec> outputs() {
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
     * Runs the graph and copies one output out of native memory, row-major. Where the graph wants 16-bit floats they
     * are rounded to them, and 16-bit outputs are widened.
     *
     * @throws OnnxException if the graph refuses the inputs or fails
     */
    float[] run(List<OnnxInput> inputs, String output) {
        return withTensors(inputs, tensors -> {
            try (var result = session.run(tensors, Set.of(output))) {
                return copy((OnnxTensor) result.get(0));
            }
        });
    }

    /**
     * Runs the graph and lets it write one output where it is wanted.
     *
     * @return the output's memory, as it was given
     * @throws OnnxException if the graph refuses the inputs, gives another shape, or fails
     */
    FloatBuffer run(List<OnnxInput> inputs, OnnxOutput output) {
        return withTensors(inputs, tensors -> {
            try (var target = OnnxTensor.createTensor(environment, output.values(), sizes(output.shape()))) {
                session.run(tensors, Map.of(output.name(), target)).close();
                return output.values();
            }
        });
    }

    /** What is done with tensors while they are open. */
    @FunctionalInterface
    private interface Run<R> {

        R with(Map<String, OnnxTensor> tensors) throws OrtException;
    }

    private <R> R withTensors(List<OnnxInput> inputs, Run<R> run) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (OnnxInput input : inputs) {
                tensors.put(input.name(), tensor(input));
            }
            return run.with(tensors);
        } catch (OrtException e) {
            throw new OnnxException("Running " + name + " failed: " + e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    /** Ends the profile of the runs so far; where it was written. */
    Path endProfiling() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw new OnnxException("Cannot end the profile of " + name, e);
        }
    }

    private OnnxTensor tensor(OnnxInput input) throws OrtException {
        long[] shape = sizes(input.shape());
        return switch (input) {
            case OnnxInput.Floats floats
            when halfInputs.contains(floats.name()) -> {
                var halves = Fp16Conversions.convertFloatBufferToFp16Buffer(floats.values());
                yield OnnxTensor.createTensor(environment, halves, shape, OnnxJavaType.FLOAT16);
            }
            case OnnxInput.Floats floats -> OnnxTensor.createTensor(environment, floats.values(), shape);
            case OnnxInput.Longs longs -> OnnxTensor.createTensor(environment, longs.values(), shape);
        };
    }

    private static long[] sizes(List<Integer> shape) {
        return shape.stream().mapToLong(Integer::longValue).toArray();
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
