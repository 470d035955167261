package dev.clipserve.onnx;

import dev.clipserve.onnx.ExecutionProvider.Gpus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sessions of one graph on all its devices. Owns them until {@link #close}; those that a run still needs then are
 * closed when it ends.
 */
public final class SessionPool implements AutoCloseable {

    private final ExecutionProvider provider;
    private final List<Device> devices;
    private final List<Lane> lanes;

    private SessionPool(ExecutionProvider provider, List<Device> devices, int lanesPerDevice) {
        this.provider = provider;
        this.devices = List.copyOf(devices);
        this.lanes = IntStream.range(0, lanesPerDevice)
                .boxed()
                .flatMap(round -> this.devices.stream().map(Lane::new))
                .toList();
    }

    /**
     * Loads a graph's sessions.
     *
     * @param cache where graphs are kept as they were optimized for this processor
     * @param shapes what the inputs will be given, which TensorRT has to know in advance
     * @throws OnnxException if the graph cannot be read
     * @throws DeviceException if the hardware is not there
     */
    public static SessionPool load(
            OnnxGraph graph, ExecutionProvider provider, GraphCache cache, List<ShapeRange> shapes) {
        return switch (provider) {
            case ExecutionProvider.Cpu cpu ->
                open(provider, Stream.of(() -> Device.processor(graph, cpu, cache)), cpu.parallelRuns());
            case ExecutionProvider.Cuda(Gpus gpus) ->
                open(
                        provider,
                        gpus.devices().stream().map(id -> () -> GpuDevice.cuda(graph, gpus, id)),
                        gpus.parallelRuns());
            case ExecutionProvider.TensorRt tensorRt ->
                open(
                        provider,
                        tensorRt.gpus().devices().stream()
                                .map(id -> () -> GpuDevice.tensorRt(graph, tensorRt, id, shapes)),
                        tensorRt.gpus().parallelRuns());
        };
    }

    /** Opens one device after the other; when one fails, those before it are closed. */
    static SessionPool open(ExecutionProvider provider, Stream<Supplier<Device>> devices, int lanesPerDevice) {
        List<Device> opened = new ArrayList<>();
        try {
            devices.forEachOrdered(device -> opened.add(device.get()));
            return new SessionPool(provider, opened, lanesPerDevice);
        } catch (RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Places for runs at the same time, as many as the hardware is good for; the first are one of each device. */
    public List<Lane> lanes() {
        return lanes;
    }

    /** The hardware that runs the graph. */
    public ExecutionProvider provider() {
        return provider;
    }

    /** How many sessions there are, on all devices together. */
    public int sessions() {
        return devices.stream().mapToInt(device -> device.sessions().count()).sum();
    }

    /** How often sessions were opened anew because they did not work any more. */
    public int reopened() {
        return devices.stream().mapToInt(Device::reopened).sum();
    }

    /** How many devices there are. */
    public int devices() {
        return devices.size();
    }

    /** What the graph takes, in its own order. */
    public List<TensorSpec> inputs() {
        return devices.getFirst().inputs();
    }

    /** What the graph gives, in its own order. */
    public List<TensorSpec> outputs() {
        return devices.getFirst().outputs();
    }

    /**
     * Checks that each device ran what it was given until now, rather than leave it to the processor. Call it once.
     *
     * @throws DeviceException if one did not
     */
    public void verifyPlacement() {
        devices.forEach(device -> device.sessions().verifyPlacement());
    }

    /** Closes the devices in the reverse order of their opening. */
    @Override
    public void close() {
        closeAll(devices);
    }

    private static void closeAll(List<Device> devices) {
        if (devices.isEmpty()) {
            return;
        }
        try {
            devices.getLast().close();
        } finally {
            closeAll(devices.subList(0, devices.size() - 1));
        }
    }
}
