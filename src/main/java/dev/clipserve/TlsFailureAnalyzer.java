package dev.clipserve;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.NoSuchSslBundleException;

/** Says at start-up, without a stack trace, why the certificate or key that clients are to see cannot be used. */
class TlsFailureAnalyzer extends AbstractFailureAnalyzer<RuntimeException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RuntimeException cause) {
        NoSuchSslBundleException unknown = findCause(rootFailure, NoSuchSslBundleException.class);
        if (unknown != null) {
            return analysis(unknown);
        }
        for (Throwable at = rootFailure; at != null; at = at.getCause()) {
            // Spring Boot has no exception of its own for stores that it cannot make.
            if (at instanceof IllegalStateException
                    && String.valueOf(at.getMessage()).startsWith("Unable to create ")
                    && String.valueOf(at.getMessage()).contains(" store: ")) {
                return analysis(at);
            }
        }
        return null;
    }

    private static FailureAnalysis analysis(Throwable cause) {
        return new FailureAnalysis(
                "The service cannot be reached by https: " + cause.getMessage(),
                "Mend what server.ssl.* names, or the bundle in spring.ssl.bundle.* that server.ssl.bundle names: files that"
                        + " can be read, of the kind that the setting is for, with the right password. Without server.ssl.* the"
                        + " service speaks plain http.",
                cause);
    }
}
