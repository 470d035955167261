package dev.clipserve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class TracingSwitchTest {

    private static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    private static final List<String> CANDIDATES = List.of(
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
            "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
            "org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration");

    private final MockEnvironment environment = new MockEnvironment();

    private List<Boolean> wanted() {
        var tracing = new TracingSwitch();
        tracing.setEnvironment(environment);
        return CANDIDATES.stream().map(tracing::isWanted).toList();
    }

    @Test
    void isWanted_withoutAnAddress_leavesAllOfTracingOut() {
        assertThat(wanted()).containsExactly(false, false, false, true);
    }

    @Test
    void isWanted_withAnAddress_leavesOutTheLogsOnly() {
        environment.setProperty(ENDPOINT, "http://collector:4318/v1/traces");

        assertThat(wanted()).containsExactly(true, true, false, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "management.opentelemetry.enabled",
                "management.tracing.export.enabled",
                "management.tracing.export.otlp.enabled"
            })
    void isWanted_withAnAddressButSwitchedOff_leavesAllOfTracingOut(String property) {
        environment.setProperty(ENDPOINT, "http://collector:4318/v1/traces");
        environment.setProperty(property, "false");

        assertThat(wanted()).containsExactly(false, false, false, true);
    }
}
