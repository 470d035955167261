package dev.clipserve.api;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** What {@code /actuator/info} says of the models: the same as {@code GET /models}. */
public final class ModelInfo implements InfoContributor {

    private final ModelController models;

    public ModelInfo(ModelController models) {
        this.models = models;
    }

    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail("models", models.all().models());
    }
}
