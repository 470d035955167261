package dev.clipserve;

import dev.clipserve.labels.DeclaredLabelSetException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, which file declares no label set, and why. */
class DeclaredLabelSetFailureAnalyzer extends AbstractFailureAnalyzer<DeclaredLabelSetException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DeclaredLabelSetException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend the file, or take it out of the folder that clipserve.label-sets.declared names;"
                        + " docs/label-sets.md says what such a file contains.",
                cause);
    }
}
