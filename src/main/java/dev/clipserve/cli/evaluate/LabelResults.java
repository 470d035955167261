package dev.clipserve.cli.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predictions counted by label.
 *
 * @param labels those that have images, in the labels' order
 * @param confusions from the most frequent on; equals in the labels' order
 */
public record LabelResults(List<OfLabel> labels, List<Confusion> confusions) {

    /**
     * The images of a label.
     *
     * @param accuracy how many of its images are taken for it
     * @param predicted how many images, of whatever label, are taken for it
     */
    public record OfLabel(String label, Proportion accuracy, int predicted) {}

    /**
     * Images of one label that are taken for another.
     *
     * @param share of the images of the label
     */
    public record Confusion(String label, String predicted, int images, double share) {}

    private record Pair(int truth, int predicted) {}

    public LabelResults {
        labels = List.copyOf(labels);
        confusions = List.copyOf(confusions);
    }

    static LabelResults of(List<String> labels, List<Prediction> predictions) {
        int[] images = new int[labels.size()];
        int[] right = new int[labels.size()];
        int[] predicted = new int[labels.size()];
        Map<Pair, Integer> pairs = new HashMap<>();
        for (Prediction prediction : predictions) {
            images[prediction.truth()]++;
            predicted[prediction.predicted()]++;
            if (prediction.right()) {
                right[prediction.truth()]++;
            } else {
                pairs.merge(new Pair(prediction.truth(), prediction.predicted()), 1, Integer::sum);
            }
        }
        List<OfLabel> results = new ArrayList<>();
        for (int i = 0; i < images.length; i++) {
            if (images[i] > 0) {
                results.add(new OfLabel(labels.get(i), new Proportion(right[i], images[i]), predicted[i]));
            }
        }
        return new LabelResults(results, confusions(labels, images, pairs));
    }

    private static List<Confusion> confusions(List<String> labels, int[] images, Map<Pair, Integer> pairs) {
        return pairs.entrySet().stream()
                .sorted(Map.Entry.<Pair, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(
                                entry -> entry.getKey(),
                                Comparator.comparingInt(Pair::truth).thenComparingInt(Pair::predicted)))
                .map(entry -> new Confusion(
                        labels.get(entry.getKey().truth()),
                        labels.get(entry.getKey().predicted()),
                        entry.getValue(),
                        (double) entry.getValue() / images[entry.getKey().truth()]))
                .toList();
    }

    /** The mean of the labels' accuracies: each label counts the same, however many images it has. */
    double meanAccuracy() {
        return labels.stream()
                .mapToDouble(label -> label.accuracy().value())
                .average()
                .orElseThrow();
    }
}
