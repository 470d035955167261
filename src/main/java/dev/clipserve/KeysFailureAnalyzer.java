package dev.clipserve;

import dev.clipserve.access.InvalidKeysException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, which of the API keys is not as it should be. */
class KeysFailureAnalyzer extends AbstractFailureAnalyzer<InvalidKeysException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidKeysException cause) {
        return new FailureAnalysis(
                "The API keys cannot be used: " + cause.getMessage(),
                "Mend clipserve.access.keys, or the file that clipserve.access.keys-file names; docs/security.md says what"
                        + " they contain.",
                cause);
    }
}
