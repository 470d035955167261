package dev.clipserve;

import dev.clipserve.access.InvalidKeysException;
import dev.clipserve.clip.BundleException;
import dev.clipserve.hub.HubException;
import dev.clipserve.labels.DeclaredLabelSetException;
import dev.clipserve.onnx.DeviceException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.yaml.snakeyaml.error.YAMLException;

/** Says at start-up, without a stack trace, what is wrong with what the service was given, and what to do. */
class StartFailureAnalyzer implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            FailureAnalysis analysis = ofKnown(at);
            if (analysis != null) {
                return analysis;
            }
        }
        return null;
    }

    private static @Nullable FailureAnalysis ofKnown(Throwable cause) {
        return switch (cause) {
            case BundleException bundle -> of(bundle);
            case DeclaredLabelSetException set -> of(set);
            case DeviceException device -> of(device);
            // Of a model that was pulled and cannot be used, the bundle's own fault is told.
            case HubException hub when !(hub.getCause() instanceof BundleException) -> of(hub);
            case InvalidKeysException keys -> of(keys);
            case UnsatisfiedLinkError library -> of(library);
            case YAMLException yaml -> of(yaml);
            default -> null;
        };
    }

    private static FailureAnalysis of(BundleException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend the bundle, or name another with --clipserve.model.path=FOLDER; docs/model-bundle.md says what one"
                        + " contains. hf:OWNER/NAME is one from a hub; docs/hub.md has more names. Without the option the"
                        + " model that ships with the service is used.",
                cause);
    }

    private static FailureAnalysis of(DeclaredLabelSetException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend the file, or take it out of the folder that clipserve.label-sets.declared names;"
                        + " docs/label-sets.md says what such a file contains.",
                cause);
    }

    private static FailureAnalysis of(DeviceException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Where CUDAExecutionProvider is not named above, build with ./mvnw -Pcuda. Where it is, see that"
                        + " nvidia-smi lists the GPU of clipserve.model.devices, and that the loader finds CUDA's libraries,"
                        + " cuDNN's and TensorRT's; docs/gpu.md says which. Or run on the processor, with"
                        + " --clipserve.model.provider=cpu.",
                cause);
    }

    private static FailureAnalysis of(HubException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy() + " docs/hub.md says more.", cause);
    }

    private static FailureAnalysis of(InvalidKeysException cause) {
        return new FailureAnalysis(
                "The API keys cannot be used: " + cause.getMessage(),
                "Mend clipserve.access.keys, or the file that clipserve.access.keys-file names; docs/security.md says what"
                        + " they contain.",
                cause);
    }

    /** What to say of a library that is no Java and cannot be loaded. */
    static FailureAnalysis of(UnsatisfiedLinkError cause) {
        return new FailureAnalysis(
                "A native library cannot be loaded: " + cause.getMessage(),
                "ONNX Runtime and the tokenizers bring libraries for Linux with glibc, macOS and Windows, and unpack them into"
                        + " the folder for temporary files. Where that is mounted noexec, name another with"
                        + " -Djava.io.tmpdir=FOLDER before -jar; Alpine's musl does not run them.",
                cause);
    }

    /** What to say of a file of settings that is no YAML. */
    static FailureAnalysis of(YAMLException cause) {
        return new FailureAnalysis(
                "A file of settings is not valid YAML: "
                        + String.valueOf(cause.getMessage()).strip(),
                "Mend application.yaml in the current folder or its folder config, or the file that spring.config.location"
                        + " or spring.config.additional-location names.",
                cause);
    }
}
