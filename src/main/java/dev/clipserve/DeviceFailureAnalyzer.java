package dev.clipserve;

import dev.clipserve.onnx.DeviceException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, why the hardware that was asked for cannot be used and what to do. */
class DeviceFailureAnalyzer extends AbstractFailureAnalyzer<DeviceException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DeviceException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Where CUDAExecutionProvider is not named above, build with ./mvnw -Pcuda. Where it is, see that"
                        + " nvidia-smi lists the GPU of clipserve.model.devices, and that the loader finds CUDA's libraries,"
                        + " cuDNN's and TensorRT's; docs/gpu.md says which. Or run on the processor, with"
                        + " --clipserve.model.provider=cpu.",
                cause);
    }
}
