package dev.clipserve.api;

import dev.clipserve.api.CanaryQuestion.Finding;
import dev.clipserve.zeroshot.Models;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Part of readiness: down until each model's canary has given the expected probabilities, and while one does not. What
 * a model remembers from a time when it was wrong is forgotten before it is ready again.
 */
public class CanaryHealth implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(CanaryHealth.class);

    private final List<CanaryQuestion> questions;
    private final Map<String, Finding> findings = new ConcurrentHashMap<>();

    /** The canaries of these models, which are asked later; a gauge tells which have answered rightly. */
    public CanaryHealth(Models models, MeterRegistry registry) {
        this(models.all().stream().<CanaryQuestion>map(ModelCanary::new).toList(), registry);
    }

    CanaryHealth(List<CanaryQuestion> questions, MeterRegistry registry) {
        this.questions = questions;
        for (CanaryQuestion question : questions) {
            Gauge.builder("clipserve.model.ready", () -> isRight(question.model()) ? 1 : 0)
                    .description("Whether the model has answered its canary rightly: 1, else 0")
                    .tag("model", question.model())
                    .register(registry);
        }
    }

    /** Asks every canary; whether all have been right the last time they could be asked. */
    public boolean ask() {
        for (CanaryQuestion question : questions) {
            question.ask().ifPresent(finding -> found(question, finding));
        }
        return isRight();
    }

    private void found(CanaryQuestion question, Finding now) {
        Finding before = findings.get(question.model());
        if (before != null && !before.right() && now.right()) {
            question.recover();
        }
        findings.put(question.model(), now);
        tell(question.model(), before, now);
    }

    private static void tell(String model, @Nullable Finding before, Finding now) {
        boolean changed = before == null || before.right() != now.right();
        if (!changed) {
            return;
        }
        if (now.right()) {
            log.info("Model {} answers its canary; {}: {}", model, now.name(), now.value());
        } else {
            log.error("Model {} misses its canary's probabilities; not ready; {}: {}", model, now.name(), now.value());
        }
    }

    private boolean isRight() {
        return questions.stream().allMatch(question -> isRight(question.model()));
    }

    private boolean isRight(String model) {
        Finding finding = findings.get(model);
        return finding != null && finding.right();
    }

    @Override
    public Health health() {
        Map<String, Object> details = new LinkedHashMap<>();
        for (CanaryQuestion question : questions) {
            Finding finding = findings.get(question.model());
            details.put(
                    question.model(),
                    finding == null
                            ? Map.of("reason", "the canary has not been asked yet")
                            : Map.of(finding.name(), finding.value()));
        }
        return Health.status(isRight() ? Status.UP : Status.DOWN)
                .withDetails(details)
                .build();
    }
}
