package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.clipserve.clip.Embedding;

/** An embedding as a list of numbers in JSON: each the shortest decimal that is the same float32 again. */
public final class FloatVector {

    private final Embedding embedding;

    public FloatVector(Embedding embedding) {
        this.embedding = embedding;
    }

    @JsonValue
    float[] numbers() {
        return embedding.toArray();
    }
}
