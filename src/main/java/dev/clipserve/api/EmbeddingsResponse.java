package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.clipserve.clip.EmbeddedImage;
import dev.clipserve.clip.Embedding;
import dev.clipserve.zeroshot.EncodedLabel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /embeddings}: an entry for each image and each text, in the request's order.
 *
 * @param dimension how many numbers each embedding has
 */
record EmbeddingsResponse(String model, int dimension, List<ImageEntry> images, List<TextEntry> texts) {

    /** An embedding of length 1, as numbers or in base64. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Vector(
            @Nullable FloatVector embedding,
            @JsonProperty("embedding_base64") @Nullable String base64) {

        static Vector of(Embedding embedding, EmbeddingFormat format) {
            return switch (format) {
                case FLOAT -> new Vector(new FloatVector(embedding), null);
                case BASE64 -> new Vector(null, EmbeddingFormat.base64(embedding));
            };
        }
    }

    /** An image's embedding, or why it has none. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ImageEntry(
            @JsonUnwrapped @Nullable Vector vector,
            @Nullable ImageFacts image,
            @Nullable Problem error) {

        static ImageEntry of(EmbeddedImage image, EmbeddingFormat format) {
            return new ImageEntry(Vector.of(image.embedding(), format), ImageFacts.of(image), null);
        }

        static ImageEntry failed(Problem error) {
            return new ImageEntry(null, null, error);
        }
    }

    /** A text's embedding. */
    record TextEntry(
            @JsonUnwrapped Vector vector, @JsonUnwrapped TextFacts facts) {

        static TextEntry of(EncodedLabel text, EmbeddingFormat format) {
            return new TextEntry(Vector.of(text.embedding(), format), TextFacts.of(text));
        }
    }
}
