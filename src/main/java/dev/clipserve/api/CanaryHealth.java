package dev.clipserve.api;

import dev.clipserve.clip.Canary;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Part of readiness: down until each model's canary has given the expected probabilities through the whole pipeline,
 * and for good if one does not.
 */
@Component("canary")
public class CanaryHealth implements HealthIndicator, ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(CanaryHealth.class);

    /** What became of one canary. */
    private record Finding(boolean right, String name, String value) {}

    private final Models models;
    private final Set<String> ready = ConcurrentHashMap.newKeySet();
    private volatile Health health = Health.down()
            .withDetail("reason", "the canary has not been asked yet")
            .build();

    /** The canaries of these models, which are asked later; a gauge tells which have answered rightly. */
    public CanaryHealth(Models models, MeterRegistry registry) {
        this.models = models;
        for (String model : models.names()) {
            Gauge.builder("clipserve.model.ready", () -> ready.contains(model) ? 1 : 0)
                    .description("Whether the model has answered its canary rightly: 1, else 0")
                    .tag("model", model)
                    .register(registry);
        }
    }

    /** Asks every canary once, when everything else is up. */
    @Override
    public void run(ApplicationArguments arguments) {
        boolean right = true;
        Map<String, Object> details = new LinkedHashMap<>();
        for (ZeroShotModel model : models.all()) {
            Finding finding = ask(model);
            right &= finding.right();
            if (finding.right()) {
                ready.add(model.name());
                tellReady(model);
            }
            details.put(model.name(), Map.of(finding.name(), finding.value()));
        }
        health = Health.status(right ? Status.UP : Status.DOWN)
                .withDetails(details)
                .build();
    }

    /** What an operator wants to know of a start, in one line. */
    private static void tellReady(ZeroShotModel model) {
        ModelBundle bundle = model.clip().bundle();
        log.info(
                "Model {} is ready after {} s: {} on {}, images of {} x {} pixels, dimension {}, digest {}",
                model.name(),
                String.format(
                        Locale.ROOT,
                        "%.1f",
                        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3),
                bundle.precision().label(),
                model.clip().provider(),
                bundle.preprocessing().outputWidth(),
                bundle.preprocessing().outputHeight(),
                model.clip().dimension(),
                model.digest());
    }

    @Override
    public Health health() {
        return health;
    }

    private static Finding ask(ZeroShotModel model) {
        Optional<Canary> canary = model.clip().bundle().canary();
        if (canary.isEmpty()) {
            log.warn("Model {} has no canary; it is trusted to compute the right thing", model.name());
            return new Finding(true, "canary", "none in the bundle");
        }
        try {
            double worst = new CanaryCheck(model).worstDifference(canary.get());
            return judge(model, worst, canary.get().tolerance());
        } catch (IOException | RuntimeException e) {
            log.error("Model {} could not answer its canary; not ready", model.name(), e);
            return new Finding(false, "reason", "the canary could not be answered");
        }
    }

    private static Finding judge(ZeroShotModel model, double worst, double tolerance) {
        String difference = String.format(Locale.ROOT, "%.1e", worst);
        boolean right = worst <= tolerance;
        if (right) {
            log.info("Model {} answers its canary within {}", model.name(), difference);
        } else {
            log.error("Model {} misses its canary's probabilities by {}; not ready", model.name(), difference);
        }
        return new Finding(right, "worstDifference", difference);
    }
}
