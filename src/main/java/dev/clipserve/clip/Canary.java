package dev.clipserve.clip;

import java.util.List;

/**
 * A question whose answer the bundle knows, to prove that the whole pipeline works here.
 *
 * @param image the image's path inside the bundle
 * @param probabilities of {@code labels}, in their order, with the bundle's own templates, as the Python reference
 *     gives them
 * @param tolerance how far off a probability may be
 */
public record Canary(String image, List<String> labels, List<Double> probabilities, double tolerance) {

    public Canary {
        labels = List.copyOf(labels);
        probabilities = List.copyOf(probabilities);
        if (labels.isEmpty() || labels.size() != probabilities.size()) {
            throw new IllegalArgumentException("A canary needs as many probabilities as labels: has "
                    + probabilities.size() + " for " + labels.size());
        }
    }
}
