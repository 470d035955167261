package dev.clipserve.zeroshot;

import dev.clipserve.clip.LogitScale;
import java.util.Arrays;
import java.util.List;

/**
 * How well each of some images matches each of some texts: similarities [images, texts], their logits, and what a
 * softmax makes of these in both directions, as CLIP's {@code logits_per_image} and {@code logits_per_text} (Radford et
 * al. 2021, figure 3).
 */
public final class SimilarityMatrix {

    private final List<double[]> similarities;
    private final LogitScale logitScale;

    SimilarityMatrix(List<double[]> similarities, LogitScale logitScale) {
        this.similarities = List.copyOf(similarities);
        this.logitScale = logitScale;
    }

    /** The cosine of an image with each text. */
    public double[] similarities(int image) {
        return similarities.get(image).clone();
    }

    /** The logit of an image with each text. */
    public double[] logitsOfImage(int image) {
        return Arrays.stream(similarities.get(image)).map(logitScale::logit).toArray();
    }

    /** The logit of a text with each image. */
    public double[] logitsOfText(int text) {
        return similarities.stream()
                .mapToDouble(row -> logitScale.logit(row[text]))
                .toArray();
    }

    /** Which text is it? Probabilities of the texts for an image; they sum to 1. */
    public double[] overTexts(int image) {
        return softmax(logitsOfImage(image));
    }

    /** Which image is it? Probabilities of the images for a text; they sum to 1, or there are no images. */
    public double[] overImages(int text) {
        return softmax(logitsOfText(text));
    }

    private static double[] softmax(double[] logits) {
        if (logits.length == 0) {
            return logits;
        }
        Softmax softmax = Softmax.over(logits);
        return Arrays.stream(logits).map(softmax::probability).toArray();
    }
}
