package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.api.RequestLimits;
import java.util.List;
import java.util.Locale;

/** What a model may be given: a list of byte strings. */
enum InputTensor {
    /** Image files, such as JPEGs. */
    IMAGES("base64"),
    /** Texts in UTF-8, encoded as they are. */
    TEXTS("str"),
    /** Labels in UTF-8, put into the model's templates. */
    LABELS("str");

    static final String DATATYPE = "BYTES";

    private final String jsonContent;

    InputTensor(String jsonContent) {
        this.jsonContent = jsonContent;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the strings of {@code data} in JSON are, as the parameter {@code content_type} calls it. */
    String jsonContent() {
        return jsonContent;
    }

    TensorMetadata metadata() {
        return new TensorMetadata(wireName(), DATATYPE, List.of(-1));
    }

    /** Refuses to have none or too many elements, before any of them is read. */
    void checkCount(int count, RequestLimits limits) {
        int most = this == IMAGES ? limits.maxImages() : limits.maxLabels();
        if (count < 1 || count > most) {
            throw new ProblemException(
                    count < 1 ? ProblemType.INVALID_REQUEST : excess(),
                    "Input '" + wireName() + "' has " + count + " elements by its shape; it must have between 1 and "
                            + most + ".");
        }
    }

    private ProblemType excess() {
        return switch (this) {
            case IMAGES -> ProblemType.TOO_MANY_IMAGES;
            case TEXTS -> ProblemType.INVALID_TEXTS;
            case LABELS -> ProblemType.INVALID_LABELS;
        };
    }
}
