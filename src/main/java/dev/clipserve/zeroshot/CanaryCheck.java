package dev.clipserve.zeroshot;

import dev.clipserve.batching.Deadline;
import dev.clipserve.batching.QueueFullException;
import dev.clipserve.clip.Canary;
import dev.clipserve.clip.Embedding;
import dev.clipserve.clip.ImageEmbedder;
import dev.clipserve.clip.ModelBundle;
import dev.clipserve.clip.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model its bundle's own question, through the whole pipeline but its memories, and compares the answer. What is
 * remembered would be right for as long as the process lives, whatever becomes of what computed it. Safe for concurrent
 * use.
 */
public final class CanaryCheck {

    private static final Duration TIME = Duration.ofMinutes(1);

    private final ModelBundle bundle;
    private final ImageEmbedder images;
    private final LabelEncoder labels;
    private final ZeroShotClassifier classifier;

    /** The image, once it has been read: the bundle's folder may be replaced while the service runs. */
    private volatile byte @Nullable [] image;

    /** The check of what was loaded of a bundle; nothing is read yet. */
    public CanaryCheck(ModelBundle bundle, ImageEmbedder images, LabelEncoder labels, ZeroShotClassifier classifier) {
        this.bundle = bundle;
        this.images = images;
        this.labels = labels;
        this.classifier = classifier;
    }

    /**
     * What an answer came to.
     *
     * @param worstDifference the largest difference between a probability and the expected one
     */
    public record Outcome(double worstDifference, boolean right) {}

    /**
     * Asks. Nothing comes of it where the bundle has no canary.
     *
     * @throws UncheckedIOException if the bundle's image cannot be read
     * @throws QueueFullException if the model is {@linkplain #isBusy too busy}
     * @throws CompletionException with a {@link TimeoutException} likewise
     */
    public Optional<Outcome> ask() {
        return bundle.canary().map(canary -> {
            double worst = worstDifference(canary);
            return new Outcome(worst, worst <= canary.tolerance());
        });
    }

    /** Whether a failure to {@link #ask} says nothing of the model but that it has too much to do. */
    public static boolean isBusy(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof QueueFullException || cause instanceof TimeoutException;
    }

    private double worstDifference(Canary canary) {
        Deadline deadline = Deadline.after(TIME);
        Embedding embedding =
                images.embedAnew(image(canary), deadline, Stages.UNTIMED).embedding();
        List<ScoredLabel> scored = classifier.classify(
                embedding,
                labels.encodeAnew(canary.labels(), TemplateEnsemble.of(bundle.templates()), deadline),
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

    private byte[] image(Canary canary) {
        byte[] known = image;
        if (known == null) {
            try (InputStream in = bundle.files().open(canary.image())) {
                known = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            image = known;
        }
        return known;
    }
}
