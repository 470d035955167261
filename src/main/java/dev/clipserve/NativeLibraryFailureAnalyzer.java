package dev.clipserve;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, why a library that is no Java cannot be loaded and what to do. */
class NativeLibraryFailureAnalyzer extends AbstractFailureAnalyzer<UnsatisfiedLinkError> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsatisfiedLinkError cause) {
        return of(cause);
    }

    /** What to say of a library that cannot be loaded. */
    static FailureAnalysis of(UnsatisfiedLinkError cause) {
        return new FailureAnalysis(
                "A native library cannot be loaded: " + cause.getMessage(),
                "ONNX Runtime and the tokenizers bring libraries for Linux with glibc, macOS and Windows, and unpack them into"
                        + " the folder for temporary files. Where that is mounted noexec, name another with"
                        + " -Djava.io.tmpdir=FOLDER before -jar; Alpine's musl does not run them.",
                cause);
    }
}
