package dev.clipserve.api.dialect.inference;

import java.util.List;
import java.util.Locale;

/** What a model may answer: a matrix of floats with a row for each image or text. */
enum OutputTensor {
    /** Embeddings of length 1. */
    IMAGE_EMBEDS(true),
    /** Embeddings of length 1. */
    TEXT_EMBEDS(true),
    /**
     * For each image the probability of each label, scored as the model was trained: they sum to 1 over the labels, or
     * each is by itself.
     */
    PROBABILITIES(false),
    /** For each image the cosine of its embedding and each label's. */
    SIMILARITY(false);

    static final String DATATYPE = "FP32";

    private final boolean embeddings;

    OutputTensor(boolean embeddings) {
        this.embeddings = embeddings;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is like for a model whose embeddings have so many numbers. */
    TensorMetadata metadata(int dimension) {
        return new TensorMetadata(wireName(), DATATYPE, List.of(-1, embeddings ? dimension : -1));
    }
}
