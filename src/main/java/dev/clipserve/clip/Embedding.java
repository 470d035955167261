package dev.clipserve.clip;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A vector of length 1 in the space that images and texts share. */
public final class Embedding {

    /** How far from 1 the length may be when each number is rounded to a float. */
    private static final double ROUNDING = 1e-5;

    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /**
     * Scales features to length 1.
     *
     * @throws IllegalArgumentException if their length is zero or not finite
     */
    public static Embedding normalize(float[] features) {
        double norm = Math.sqrt(dot(features, features));
        if (norm == 0 || !Double.isFinite(norm)) {
            throw new IllegalArgumentException("Features of length " + norm + " have no direction");
        }
        float[] values = new float[features.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (features[i] / norm);
        }
        return new Embedding(values);
    }

    /**
     * An embedding as {@link #copyInto} gave it, to the last bit; scaling it anew might change that.
     *
     * @throws IllegalArgumentException if the length is not 1
     */
    public static Embedding ofNormalized(float[] values) {
        double norm = Math.sqrt(dot(values, values));
        if (!(Math.abs(norm - 1) <= ROUNDING)) {
            throw new IllegalArgumentException("A vector of length " + norm + " is no embedding");
        }
        return new Embedding(values.clone());
    }

    /**
     * Scales each row of a matrix [rows, dimension] to length 1.
     *
     * @throws IllegalArgumentException if a row's length is zero or not finite
     */
    static List<Embedding> normalizeRows(float[] features, int rows) {
        int dimension = features.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> normalize(Arrays.copyOfRange(features, row * dimension, (row + 1) * dimension)))
                .toList();
    }

    /**
     * The mean direction: the embeddings' sum, scaled to length 1 again, as CLIP averages the prompts of an ensemble
     * (Radford et al. 2021, section 3.1.4).
     *
     * @throws IllegalArgumentException if there are none, or they cancel each other out
     */
    public static Embedding mean(List<Embedding> embeddings) {
        if (embeddings.size() == 1) {
            return embeddings.getFirst();
        }
        var sum = new Sum();
        embeddings.forEach(sum::add);
        return sum.mean();
    }

    /** What a {@link Embedding#mean} of several is made of: each of them can go once it is added. */
    public static final class Sum {

        private double[] sum = new double[0];
        private int count;

        /** Adds one; all have the same dimension. */
        public void add(Embedding embedding) {
            if (count == 0) {
                sum = new double[embedding.dimension()];
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += embedding.values[i];
            }
            count++;
        }

        /**
         * The mean direction of those that were added.
         *
         * @throws IllegalArgumentException if there are none, or they cancel each other out
         */
        public Embedding mean() {
            float[] features = new float[sum.length];
            for (int i = 0; i < sum.length; i++) {
                features[i] = (float) (sum[i] / count);
            }
            return normalize(features);
        }
    }

    /** How many numbers there are. */
    public int dimension() {
        return values.length;
    }

    /** A copy of the numbers. */
    public float[] toArray() {
        return values.clone();
    }

    /** Copies the numbers into {@code target} from {@code offset} on. */
    public void copyInto(float[] target, int offset) {
        System.arraycopy(values, 0, target, offset, values.length);
    }

    /** Cosine similarity, −1…1: a dot product, since both have length 1. */
    public double similarity(Embedding other) {
        if (dimension() != other.dimension()) {
            throw new IllegalArgumentException("Dimensions differ: " + dimension() + " and " + other.dimension());
        }
        return dot(values, other.values);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Embedding that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }
}
