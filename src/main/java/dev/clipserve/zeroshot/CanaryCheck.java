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
import org.jspecify.annotations.Nullable;

/**
 * Asks the model its bundle's own question, through the whole pipeline but its memories, and compares the answer. What
 * is remembered would be right for as long as the process lives, whatever becomes of what computed it.
 */
public final class CanaryCheck {

    private static final Duration TIME = Duration.ofMinutes(1);

    private final ZeroShotModel model;
    private final Canary canary;

    /** The image, once it has been read: the bundle's folder may be replaced while the service runs. */
    private volatile byte @Nullable [] image;

    /** The check of one model by its canary; nothing is read yet. */
    public CanaryCheck(ZeroShotModel model, Canary canary) {
        this.model = model;
        this.canary = canary;
    }

    /** How large {@link #worstDifference} may be. */
    public double tolerance() {
        return canary.tolerance();
    }

    /**
     * The largest difference between a probability and the expected one.
     *
     * @throws IOException if the bundle's image cannot be read
     */
    public double worstDifference() throws IOException {
        Deadline deadline = Deadline.after(TIME);
        Embedding image =
                model.images().embedAnew(image(), deadline, Stages.UNTIMED).embedding();
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

    private byte[] image() throws IOException {
        byte[] known = image;
        if (known == null) {
            try (InputStream in = model.clip().bundle().files().open(canary.image())) {
                known = in.readAllBytes();
            }
            image = known;
        }
        return known;
    }
}
