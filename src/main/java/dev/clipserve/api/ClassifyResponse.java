package dev.clipserve.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /classify}: a result for each image, in the request's order.
 *
 * @param labelSet the set that was used; left out where the request brought its labels
 * @param warnings labels that were cut; left out where there are none
 */
public record ClassifyResponse(
        String model,

        @JsonProperty("label_set") @JsonInclude(JsonInclude.Include.NON_NULL)
        LabelSetFacts.@Nullable Used labelSet,

        List<Result> results,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Warning> warnings) {

    /** Predictions, or what was wrong with the image. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            @Nullable List<Prediction> predictions,
            @Nullable ImageFacts image,
            @Nullable Problem error) {

        static Result of(List<Prediction> predictions, ImageFacts image) {
            return new Result(predictions, image, null);
        }

        /** An image that cannot be used. */
        public static Result failed(Problem error) {
            return new Result(null, null, error);
        }
    }

    /**
     * A label and how well it matches.
     *
     * @param probability left out where only similarities were asked for
     * @param none true for the none label, else left out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Prediction(
            String label,
            @Nullable Float probability,
            float similarity,
            @Nullable Boolean none) {}

    /** A label whose longest prompt had more tokens than the model takes. */
    public record Warning(
            String label,
            int tokens,
            @JsonProperty("truncated_to") int truncatedTo) {}
}
