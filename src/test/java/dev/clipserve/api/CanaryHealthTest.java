package dev.clipserve.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.api.CanaryQuestion.Finding;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Readiness follows the canaries, down and up again. */
@ExtendWith(OutputCaptureExtension.class)
class CanaryHealthTest {

    private static final Finding RIGHT = new Finding(true, "worstDifference", "1.0e-07");
    private static final Finding WRONG = new Finding(false, "worstDifference", "4.2e-01");

    private final List<String> recovered = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, Finding> answers = new HashMap<>();
    private final CanaryHealth health = new CanaryHealth(List.of(question("large"), question("small")), registry);

    /** A model without an answer is busy. */
    private CanaryQuestion question(String model) {
        return new CanaryQuestion() {
            @Override
            public String model() {
                return model;
            }

            @Override
            public Optional<Finding> ask() {
                return Optional.ofNullable(answers.get(model));
            }

            @Override
            public void recover() {
                assertThat(ready(model)).isZero();
                recovered.add(model);
            }
        };
    }

    private double ready(String model) {
        return registry.get("clipserve.model.ready").tag("model", model).gauge().value();
    }

    private Status status() {
        return health.health().getStatus();
    }

    @Test
    void health_beforeItIsAsked_isDown() {
        assertThat(status()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails())
                .containsEntry("large", Map.of("reason", "the canary has not been asked yet"));
    }

    @Test
    void ask_oneModelGoesWrongAndComesBack_readinessFollows(CapturedOutput output) {
        answers.putAll(Map.of("large", RIGHT, "small", RIGHT));
        assertThat(health.ask()).isTrue();
        assertThat(status()).isEqualTo(Status.UP);

        answers.put("small", WRONG);
        assertThat(health.ask()).isFalse();
        assertThat(health.ask()).isFalse();
        assertThat(status()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails()).containsEntry("small", Map.of("worstDifference", "4.2e-01"));
        assertThat(ready("large")).isEqualTo(1);
        assertThat(ready("small")).isZero();
        assertThat(recovered).isEmpty();

        answers.put("small", RIGHT);
        assertThat(health.ask()).isTrue();
        assertThat(status()).isEqualTo(Status.UP);
        assertThat(ready("small")).isEqualTo(1);
        assertThat(recovered).containsExactly("small");
        // Told once, not each time that it is asked.
        assertThat(output.toString().split("Model small misses", -1)).hasSize(2);
    }

    @Test
    void ask_busyModel_keepsWhatWasFoundBefore() {
        answers.putAll(Map.of("large", RIGHT, "small", RIGHT));
        health.ask();
        answers.clear();

        assertThat(health.ask()).isTrue();
        assertThat(status()).isEqualTo(Status.UP);
    }
}
