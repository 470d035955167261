package dev.clipserve.api;

import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of readiness and of liveness: down when runs of a model hang, and so many that nobody can take their place. Only
 * a restart of the process helps then.
 */
public class RunHealth implements HealthIndicator {

    private final Models models;

    /** The runs of these models. */
    public RunHealth(Models models) {
        this.models = models;
    }

    @Override
    public Health health() {
        var health = Health.up();
        for (ZeroShotModel model : models.all()) {
            List<String> stalled = model.clip().stalled();
            if (!stalled.isEmpty()) {
                health.down().withDetail(model.name(), "runs hang in the queues " + String.join(", ", stalled));
            }
        }
        return health.build();
    }
}
