package dev.clipserve.api;

import dev.clipserve.batching.QueueFullException;
import dev.clipserve.zeroshot.CanaryCheck;
import dev.clipserve.zeroshot.ZeroShotModel;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The canary of a model's bundle, asked through the whole pipeline. */
final class ModelCanary implements CanaryQuestion {

    private static final Logger log = LoggerFactory.getLogger(ModelCanary.class);

    private final ZeroShotModel model;
    private final Optional<CanaryCheck> check;

    ModelCanary(ZeroShotModel model) {
        this.model = model;
        this.check = model.clip().bundle().canary().map(canary -> new CanaryCheck(model, canary));
    }

    @Override
    public String model() {
        return model.name();
    }

    @Override
    public Optional<Finding> ask() {
        if (check.isEmpty()) {
            return Optional.of(new Finding(true, "canary", "none in the bundle"));
        }
        try {
            double worst = check.get().worstDifference();
            boolean right = worst <= check.get().tolerance();
            return Optional.of(new Finding(right, "worstDifference", String.format(Locale.ROOT, "%.1e", worst)));
        } catch (IOException | RuntimeException e) {
            return isBusy(e) ? Optional.empty() : Optional.of(failed(e));
        }
    }

    @Override
    public void recover() {
        model.forgetEmbeddings();
    }

    private Finding failed(Exception e) {
        log.error("Model {} could not answer its canary", model(), e);
        return new Finding(false, "reason", "the canary could not be answered");
    }

    private static boolean isBusy(Exception e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        return cause instanceof QueueFullException || cause instanceof TimeoutException;
    }
}
