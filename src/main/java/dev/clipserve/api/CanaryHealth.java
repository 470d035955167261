package dev.clipserve.api;

import dev.clipserve.clip.Canary;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.zeroshot.CanaryCheck;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Part of readiness: down until the bundle's canary has given the expected probabilities through the whole pipeline,
 * and for good if it does not.
 */
@Component("canary")
public class CanaryHealth implements HealthIndicator, ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(CanaryHealth.class);

    private final ModelBundle bundle;
    private final CanaryCheck check;
    private volatile Health health = Health.down()
            .withDetail("reason", "the canary has not been asked yet")
            .build();

    public CanaryHealth(ModelBundle bundle, CanaryCheck check) {
        this.bundle = bundle;
        this.check = check;
    }

    /** Asks the canary once, when everything else is up. */
    @Override
    public void run(ApplicationArguments arguments) {
        health = ask();
    }

    @Override
    public Health health() {
        return health;
    }

    private Health ask() {
        Optional<Canary> canary = bundle.canary();
        if (canary.isEmpty()) {
            log.warn("Model {} has no canary; it is trusted to compute the right thing", bundle.name());
            return Health.up().withDetail("canary", "none in the bundle").build();
        }
        try {
            double worst = check.worstDifference(canary.get(), bundle.files());
            return judge(worst, canary.get().tolerance());
        } catch (IOException | RuntimeException e) {
            log.error("Model {} could not answer its canary; not ready", bundle.name(), e);
            return Health.down()
                    .withDetail("reason", "the canary could not be answered")
                    .build();
        }
    }

    private Health judge(double worst, double tolerance) {
        String difference = String.format(Locale.ROOT, "%.1e", worst);
        if (worst <= tolerance) {
            log.info("Model {} answers its canary within {}; ready", bundle.name(), difference);
            return Health.up().withDetail("worstDifference", difference).build();
        }
        log.error("Model {} misses its canary's probabilities by {}; not ready", bundle.name(), difference);
        return Health.down().withDetail("worstDifference", difference).build();
    }
}
