package dev.clipserve;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out all that Spring Boot would set up for traces, unless they have somewhere to go. Then there are no spans,
 * no threads, and hardly a moment more at the start.
 */
final class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
    private static final String SDK = "org.springframework.boot.opentelemetry.";

    /** Logs go where the operator collects those of all programs. */
    private static final String LOGS = SDK + "autoconfigure.logging.";

    private boolean on;

    @Override
    public void setEnvironment(Environment environment) {
        on = isOn(environment);
    }

    @Override
    public boolean[] match(@Nullable String[] candidates, AutoConfigurationMetadata metadata) {
        boolean[] wanted = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            String candidate = candidates[i];
            wanted[i] = candidate == null || isWanted(candidate);
        }
        return wanted;
    }

    boolean isWanted(String candidate) {
        boolean ofTraces = candidate.startsWith(TRACING) || candidate.startsWith(SDK);
        return !ofTraces || (on && !candidate.startsWith(LOGS));
    }

    /** Whether traces are recorded: there is an address to send them to, and nothing of it is switched off. */
    static boolean isOn(Environment environment) {
        return !environment.getProperty(ENDPOINT, "").isBlank()
                && environment.getProperty("management.opentelemetry.enabled", Boolean.class, true)
                && environment.getProperty("management.tracing.export.enabled", Boolean.class, true)
                && environment.getProperty("management.tracing.export.otlp.enabled", Boolean.class, true);
    }
}
