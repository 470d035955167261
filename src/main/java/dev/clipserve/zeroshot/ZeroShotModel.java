package dev.clipserve.zeroshot;

import dev.clipserve.clip.ClipModel;
import dev.clipserve.clip.ImageEmbedder;

/**
 * A loaded model and all that it takes to classify with it, from an image's bytes to probabilities.
 *
 * @param name what requests call it
 * @param clip the encoders themselves
 * @param canary tells whether its numbers are right
 */
public record ZeroShotModel(
        String name,
        ClipModel clip,
        ImageEmbedder images,
        LabelEncoder labels,
        ZeroShotClassifier classifier,
        TemplatePresets presets,
        CanaryCheck canary) {

    /** SHA-256, 64 hexadecimal digits: what has the same digest gives the same embeddings and probabilities. */
    public String digest() {
        return clip.digest();
    }

    /** Forgets what images and labels were encoded to, so that the next who ask have them encoded anew. */
    public void forgetEmbeddings() {
        // Lists of labels are assembled from labels, so these go first; a list that is assembled meanwhile goes, too.
        labels.forgetAll();
        images.forgetAll();
    }
}
