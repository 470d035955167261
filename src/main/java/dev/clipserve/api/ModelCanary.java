package dev.clipserve.api;

import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The canary of a model's bundle, asked through the whole pipeline. */
final class ModelCanary implements CanaryQuestion {

    private static final Logger log = LoggerFactory.getLogger(ModelCanary.class);

    private final ZeroShotModel model;

    ModelCanary(ZeroShotModel model) {
        this.model = model;
    }

    @Override
    public String model() {
        return model.name();
    }

    @Override
    public Optional<Finding> ask() {
        try {
            return Optional.of(model.canary()
                    .ask()
                    .map(ModelCanary::finding)
                    .orElse(new Finding(true, "canary", "none in the bundle")));
        } catch (RuntimeException e) {
            return CanaryCheck.isBusy(e) ? Optional.empty() : Optional.of(failed(e));
        }
    }

    private static Finding finding(CanaryCheck.Outcome outcome) {
        return new Finding(
                outcome.right(), "worstDifference", String.format(Locale.ROOT, "%.1e", outcome.worstDifference()));
    }

    @Override
    public void recover() {
        model.forgetEmbeddings();
    }

    private Finding failed(Exception e) {
        log.error("Model {} could not answer its canary", model(), e);
        return new Finding(false, "reason", "the canary could not be answered");
    }
}
