package dev.clipserve.api;

import dev.clipserve.clip.EmbeddedImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What became of an image of a request. */
public sealed interface ImageOutcome {

    /** It has an embedding. */
    record Embedded(EmbeddedImage image) implements ImageOutcome {}

    /** It cannot be used. */
    record Failed(ProblemException problem) implements ImageOutcome {}

    /** The image's embedding; empty where there is none. */
    default Optional<EmbeddedImage> embedded() {
        return this instanceof Embedded(var image) ? Optional.of(image) : Optional.empty();
    }

    /** The image's embedding; its problem, thrown, where there is none. */
    default EmbeddedImage orThrow() {
        return switch (this) {
            case Embedded(var image) -> image;
            case Failed(var problem) -> throw problem;
        };
    }

    /**
     * A result for each image: with several, a problem is one result among them; with a single one it is the answer.
     *
     * @throws ProblemException the problem of a single image
     */
    static <R> List<R> results(
            List<ImageOutcome> outcomes, Function<EmbeddedImage, R> result, Function<Problem, R> failure) {
        if (outcomes.size() == 1) {
            return List.of(result.apply(outcomes.getFirst().orThrow()));
        }
        return outcomes.stream()
                .map(outcome -> switch (outcome) {
                    case Embedded(var image) -> result.apply(image);
                    case Failed(var problem) -> failure.apply(problem.problem());
                })
                .toList();
    }
}
