package dev.clipserve.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.util.stream.Collectors;

/** The hardware that was asked for cannot run the graph; the message says what was asked for and what is there. */
public final class DeviceException extends RuntimeException {

    /**
     * @param wanted the hardware, such as {@code CUDA on device 0}
     * @param fault what is wrong, in words that follow the graph's name
     */
    DeviceException(String wanted, String fault, Throwable cause) {
        super(message(wanted, fault), cause);
    }

    DeviceException(String wanted, String fault) {
        super(message(wanted, fault));
    }

    private static String message(String wanted, String fault) {
        return "The model was to run by " + wanted + ", but " + fault + ". ONNX Runtime "
                + RuntimeEnvironment.get().getVersion() + " as it is built here has "
                + OrtEnvironment.getAvailableProviders().stream()
                        .map(provider -> provider.getName())
                        .sorted()
                        .collect(Collectors.joining(", "));
    }
}
