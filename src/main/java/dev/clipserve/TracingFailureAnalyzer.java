package dev.clipserve;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start-up, without a stack trace, that the collector of traces has no URL. */
class TracingFailureAnalyzer extends AbstractFailureAnalyzer<IllegalArgumentException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IllegalArgumentException cause) {
        boolean exporter = Arrays.stream(cause.getStackTrace())
                .limit(3)
                .anyMatch(call -> call.getClassName().startsWith("io.opentelemetry.exporter."));
        return exporter
                ? new FailureAnalysis(
                        "Traces cannot be sent: " + cause.getMessage(),
                        "Let management.opentelemetry.tracing.export.otlp.endpoint be a URL such as"
                                + " http://collector:4318/v1/traces, or leave it out for no traces.",
                        cause)
                : null;
    }
}
