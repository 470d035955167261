package dev.clipserve.api.dialect.inference;

import java.util.List;

/** What a loaded model can be asked to do; to this protocol each of them is a model of its own. */
enum Role {
    /** Images × labels, as {@code POST /classify} does it by default. */
    ZERO_SHOT(""),
    /** Images to embeddings. */
    IMAGE_ENCODER("-image-encoder"),
    /** Texts to embeddings. */
    TEXT_ENCODER("-text-encoder");

    private final String suffix;

    Role(String suffix) {
        this.suffix = suffix;
    }

    /** What is appended to a model's name. */
    String suffix() {
        return suffix;
    }

    /** What it is given; all of it is required. */
    List<InputTensor> inputs() {
        return switch (this) {
            case ZERO_SHOT -> List.of(InputTensor.IMAGES, InputTensor.LABELS);
            case IMAGE_ENCODER -> List.of(InputTensor.IMAGES);
            case TEXT_ENCODER -> List.of(InputTensor.TEXTS);
        };
    }

    /** What it can answer. */
    List<OutputTensor> outputs() {
        return switch (this) {
            case ZERO_SHOT -> List.of(OutputTensor.PROBABILITIES, OutputTensor.SIMILARITY);
            case IMAGE_ENCODER -> List.of(OutputTensor.IMAGE_EMBEDS);
            case TEXT_ENCODER -> List.of(OutputTensor.TEXT_EMBEDS);
        };
    }
}
