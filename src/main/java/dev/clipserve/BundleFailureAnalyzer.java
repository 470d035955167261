package dev.clipserve;

import dev.clipserve.clip.BundleException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, what is wrong with a model bundle and what to do. */
class BundleFailureAnalyzer extends AbstractFailureAnalyzer<BundleException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, BundleException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend the bundle, or name another with --clipserve.model.path=FOLDER; docs/model-bundle.md says what one"
                        + " contains. hf:OWNER/NAME is one from a hub; docs/hub.md has more names. Without the option the model that ships with the service is used.",
                cause);
    }
}
