package dev.clipserve.onnx;

/** ONNX Runtime could not load or run a graph; the message names the graph. */
public final class OnnxException extends RuntimeException {

    OnnxException(String message) {
        super(message);
    }

    OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
