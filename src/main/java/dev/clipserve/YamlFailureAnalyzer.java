package dev.clipserve;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.yaml.snakeyaml.error.YAMLException;

/** Says at start-up, without a stack trace, where a file of settings is no YAML. */
class YamlFailureAnalyzer extends AbstractFailureAnalyzer<YAMLException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, YAMLException cause) {
        return of(cause);
    }

    /** What to say of a file that is no YAML. */
    static FailureAnalysis of(YAMLException cause) {
        return new FailureAnalysis(
                "A file of settings is not valid YAML: "
                        + String.valueOf(cause.getMessage()).strip(),
                "Mend application.yaml in the current folder or its folder config, or the file that spring.config.location"
                        + " or spring.config.additional-location names.",
                cause);
    }
}
