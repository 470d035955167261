package dev.clipserve.api;

import dev.clipserve.batching.QueueFullException;
import dev.clipserve.clip.Canary;
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
record ModelCanary(ZeroShotModel question) implements CanaryQuestion {

    private static final Logger log = LoggerFactory.getLogger(ModelCanary.class);

    @Override
    public String model() {
        return question.name();
    }

    @Override
    public Optional<Finding> ask() {
        Optional<Canary> canary = question.clip().bundle().canary();
        if (canary.isEmpty()) {
            return Optional.of(new Finding(true, "canary", "none in the bundle"));
        }
        try {
            double worst = new CanaryCheck(question).worstDifference(canary.get());
            boolean right = worst <= canary.get().tolerance();
            return Optional.of(new Finding(right, "worstDifference", String.format(Locale.ROOT, "%.1e", worst)));
        } catch (IOException | RuntimeException e) {
            return isBusy(e) ? Optional.empty() : Optional.of(failed(e));
        }
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
