package dev.clipserve.cli.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is asked, and what would be right.
 *
 * @param labels what each image may be, each once
 * @param samples images with the place of their label
 * @param leftOut images whose label is not asked
 */
public record Dataset(List<String> labels, List<Sample> samples, int leftOut) {

    /** Labels that a message names. */
    private static final int NAMED = 10;

    /**
     * An image.
     *
     * @param file as it was given
     * @param label the place of the right label
     */
    public record Sample(Path file, int label) {}

    public Dataset {
        labels = List.copyOf(labels);
        samples = List.copyOf(samples);
    }

    /**
     * The images with the labels of their classes.
     *
     * @param asked the labels, in their order; left out, those of all classes, sorted
     * @throws InvalidDataException if no image has one of these labels
     */
    public static Dataset of(ClassifiedImages images, ClassNames names, Optional<List<String>> asked) {
        List<String> labels = asked.orElseGet(() ->
                images.classes().stream().map(names::label).distinct().sorted().toList());
        Map<String, Integer> places = new HashMap<>();
        for (String label : labels) {
            places.put(label, places.size());
        }
        List<Sample> samples = new ArrayList<>();
        for (ClassifiedImage image : images.images()) {
            Integer place = places.get(names.label(image.className()));
            if (place != null) {
                samples.add(new Sample(image.file(), place));
            }
        }
        if (samples.isEmpty()) {
            throw new InvalidDataException("No image has one of the labels " + some(labels) + "; the images' are "
                    + some(images.classes().stream()
                            .map(names::label)
                            .distinct()
                            .toList()) + ".");
        }
        return new Dataset(labels, samples, images.images().size() - samples.size());
    }

    private static String some(List<String> labels) {
        return String.join(", ", labels.stream().limit(NAMED).toList()) + (labels.size() > NAMED ? ", …" : "");
    }

    /** The labels that none of the images has; they compete all the same. */
    public List<String> withoutImages() {
        boolean[] seen = new boolean[labels.size()];
        samples.forEach(sample -> seen[sample.label()] = true);
        List<String> without = new ArrayList<>();
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i]) {
                without.add(labels.get(i));
            }
        }
        return without;
    }
}
