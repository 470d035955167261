package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import java.util.List;

/** A classifier made of text: labels and their embeddings in one contiguous matrix [labels, dimension]. Immutable. */
public final class LabelEmbeddings {

    private final List<EncodedLabel> labels;
    private final float[] matrix;
    private final int dimension;

    /**
     * Assembles the matrix.
     *
     * @throws IllegalArgumentException if there are no labels
     */
    public LabelEmbeddings(List<EncodedLabel> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("There are no labels");
        }
        this.labels = List.copyOf(labels);
        this.dimension = labels.getFirst().embedding().dimension();
        this.matrix = new float[Math.multiplyExact(labels.size(), dimension)];
        for (int i = 0; i < labels.size(); i++) {
            labels.get(i).embedding().copyInto(matrix, i * dimension);
        }
    }

    /** The labels, in the caller's order. */
    public List<EncodedLabel> labels() {
        return labels;
    }

    /** How many labels there are. */
    public int size() {
        return labels.size();
    }

    /** The cosine of each label with an image, in the labels' order: one matrix-vector product, summed in double. */
    double[] similarities(Embedding image) {
        if (image.dimension() != dimension) {
            throw new IllegalArgumentException("Dimensions differ: " + image.dimension() + " and " + dimension);
        }
        float[] vector = new float[dimension];
        image.copyInto(vector, 0);
        double[] similarities = new double[labels.size()];
        for (int row = 0; row < similarities.length; row++) {
            double sum = 0;
            for (int i = 0, at = row * dimension; i < dimension; i++, at++) {
                sum += (double) matrix[at] * vector[i];
            }
            similarities[row] = sum;
        }
        return similarities;
    }
}
