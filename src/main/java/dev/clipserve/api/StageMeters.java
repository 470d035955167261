package dev.clipserve.api;

import dev.clipserve.image.InvalidImageException;
import dev.clipserve.zeroshot.Models;
import dev.clipserve.zeroshot.ZeroShotModel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is counted and timed of the requests to models, beside what the models' own parts tell of themselves. */
public final class StageMeters {

    private final Map<String, Timer> score;
    private final MeterProvider<Counter> refusedImages;

    /** Meters of these models. */
    public StageMeters(Models models, MeterRegistry registry) {
        score = models.all().stream()
                .map(ZeroShotModel::name)
                .collect(Collectors.toUnmodifiableMap(
                        model -> model,
                        model -> Timer.builder("clipserve.score")
                                .description("Time from the embeddings of a request to the answer's numbers")
                                .tag("model", model)
                                .register(registry)));
        refusedImages = Counter.builder("clipserve.images.refused")
                .description("Images that could not be used, alone or among others")
                .baseUnit("images")
                .withRegistry(registry);
        for (InvalidImageException.Reason reason : InvalidImageException.Reason.values()) {
            counter(ImageProblems.type(reason));
        }
        counter(ProblemType.NOT_ENCODABLE);
    }

    <T> T score(ZeroShotModel model, Supplier<T> work) {
        return Objects.requireNonNull(
                Objects.requireNonNull(score.get(model.name())).record(work));
    }

    void refused(ProblemException image) {
        counter(image.type()).increment();
    }

    private Counter counter(ProblemType type) {
        return refusedImages.withTag("reason", type.slug());
    }
}
