package dev.clipserve.zeroshot;

import dev.clipserve.batching.Deadline;
import dev.clipserve.clip.Canary;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the model its bundle's own question, through the whole pipeline but its memories, and compares the answer. What
 * is remembered would be right for as long as the process lives, whatever becomes of what computed it.
 */
public final class CanaryCheck {

    private static final Duration TIME = Duration.ofMinutes(1);

    private final ZeroShotModel model;

    public CanaryCheck(ZeroShotModel model) {
        this.model = model;
    }

    /**
     * The largest difference between a probability and the expected one.
     *
     * @throws IOException if the bundle's image cannot be read
     */
    public double worstDifference(Canary canary) throws IOException {
        Deadline deadline = Deadline.after(TIME);
        Embedding image;
        try (InputStream in = model.clip().bundle().files().open(canary.image())) {
            image = model.images()
                    .embedAnew(in.readAllBytes(), deadline, Stages.UNTIMED)
                    .embedding();
        }
        List<ScoredLabel> scored = model.classifier()
                .classify(
                        image,
                        model.labels()
                                .encodeAnew(canary.labels(), model.presets().modelDefault(), deadline),
                        ScoringOptions.DEFAULT);
        Map<String, Double> actual = new HashMap<>();
        scored.forEach(label -> actual.put(label.label(), label.score()));
        double worst = 0;
        for (int i = 0; i < canary.labels().size(); i++) {
            double expected = canary.probabilities().get(i);
            worst = Math.max(
                    worst,
                    Math.abs(expected - actual.getOrDefault(canary.labels().get(i), Double.NaN)));
        }
        return worst;
    }
}
