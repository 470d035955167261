package dev.clipserve.zeroshot;

import dev.clipserve.clip.Embedding;
import java.util.Arrays;
import java.util.List;

/** A classifier made of text: labels and their embeddings in one matrix of labels × dimension floats. Immutable. */
public final class LabelEmbeddings {

    /*
     * Each sum has to run over the dimensions one after the other: then a label's cosine is the same to the last bit,
     * whatever its place and its neighbours. Such a sum cannot use vector instructions, each addition waits for the one
     * before it. But the sums of different labels can run side by side. So the matrix is cut into tiles of labels, and a
     * tile is stored by dimension: [dimension][labels of the tile]. The inner loop then goes over labels that lie next to
     * each other, and the compiler makes vector instructions of it. The last tile is as narrow as what is left, so nothing
     * is padded, and a tile that begins with label i begins at i × dimension, as a row would.
     */

    /** What a set costs beside its matrix and its labels: the objects around them, on a 64-bit JVM, rounded up. */
    private static final int OVERHEAD = 600;

    /** What a label costs beside its characters. */
    private static final int LABEL_OVERHEAD = 64;

    /** Labels of a tile; their sums, 2 KB, stay in the first-level cache while the tile goes by. */
    static final int TILE = 256;

    /** Labels that are turned at a time: as many floats as a cache line has, so that lines are written whole. */
    private static final int TURNED = 16;

    private final List<String> labels;
    private final List<CutLabel> cut;
    private final int dimension;
    private final float[] tiles;

    /**
     * Assembles the matrix.
     *
     * @throws IllegalArgumentException if there are no labels
     */
    public LabelEmbeddings(List<EncodedLabel> encoded) {
        if (encoded.isEmpty()) {
            throw new IllegalArgumentException("There are no labels");
        }
        labels = encoded.stream().map(EncodedLabel::label).toList();
        cut = encoded.stream()
                .filter(EncodedLabel::truncated)
                .map(label -> new CutLabel(label.label(), label.tokens(), label.context()))
                .toList();
        dimension = encoded.getFirst().embedding().dimension();
        tiles = new float[Math.multiplyExact(encoded.size(), dimension)];
        float[] rows = new float[TURNED * dimension];
        for (int first = 0; first < encoded.size(); first += TURNED) {
            List<EncodedLabel> some = encoded.subList(first, Math.min(first + TURNED, encoded.size()));
            for (int i = 0; i < some.size(); i++) {
                some.get(i).embedding().copyInto(rows, i * dimension);
            }
            turn(rows, some.size(), first);
        }
    }

    /** Writes rows [count, dimension] into their tile, as its columns from {@code first} on. */
    private void turn(float[] rows, int count, int first) {
        int start = first - first % TILE;
        int width = width(start);
        int at = start * dimension + first - start;
        for (int i = 0; i < dimension; i++, at += width) {
            for (int j = 0; j < count; j++) {
                tiles[at + j] = rows[j * dimension + i];
            }
        }
    }

    private int width(int start) {
        return Math.min(TILE, labels.size() - start);
    }

    /** The labels, in the caller's order. */
    public List<String> labels() {
        return labels;
    }

    /** Those that were cut, in the labels' order. */
    public List<CutLabel> cut() {
        return cut;
    }

    /** How many labels there are. */
    public int size() {
        return labels.size();
    }

    /** About how much memory it takes. */
    public long bytes() {
        return OVERHEAD + (long) Float.BYTES * tiles.length + labelBytes();
    }

    /** About how much memory its labels take. */
    long labelBytes() {
        return labels.stream()
                .mapToLong(label -> LABEL_OVERHEAD + (long) Character.BYTES * label.length())
                .sum();
    }

    /** The cosine of each label with an image, in the labels' order: one matrix-vector product, summed in double. */
    public double[] similarities(Embedding image) {
        if (image.dimension() != dimension) {
            throw new IllegalArgumentException("Dimensions differ: " + image.dimension() + " and " + dimension);
        }
        float[] vector = new float[dimension];
        image.copyInto(vector, 0);
        double[] similarities = new double[labels.size()];
        double[] sums = new double[TILE];
        for (int start = 0; start < similarities.length; start += TILE) {
            Arrays.fill(sums, 0);
            int width = width(start);
            for (int i = 0, at = start * dimension; i < dimension; i++, at += width) {
                addProducts(vector[i], at, width, sums);
            }
            System.arraycopy(sums, 0, similarities, start, width);
        }
        return similarities;
    }

    /** One dimension of a tile: a loop that the compiler vectorizes, and by itself so that it is compiled by itself. */
    private void addProducts(double factor, int at, int width, double[] sums) {
        float[] from = tiles;
        for (int i = 0; i < width; i++) {
            sums[i] += from[at + i] * factor;
        }
    }
}
