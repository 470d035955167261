package dev.clipserve;

import dev.clipserve.api.CanaryHealth;
import dev.clipserve.api.CanaryWatch;
import dev.clipserve.api.RunHealth;
import dev.clipserve.zeroshot.Models;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what readiness and liveness ask, by the names that application.yaml puts into their groups. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {

    @Bean
    CanaryHealth canary(Models models, MeterRegistry registry) {
        return new CanaryHealth(models, registry);
    }

    @Bean
    CanaryWatch canaryWatch(CanaryHealth health, Models models, ClipServeProperties properties) {
        var canary = properties.canary();
        return new CanaryWatch(health, models, canary.interval(), canary.retry());
    }

    @Bean
    RunHealth runs(Models models) {
        return new RunHealth(models);
    }
}
