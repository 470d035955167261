package dev.clipserve.hub;

import dev.clipserve.clip.LogitScale;
import dev.clipserve.clip.Precision;
import java.util.OptionalDouble;

/**
 * What is wanted of a model.
 *
 * @param precision which of its graphs
 * @param logitScale the factor on cosines, where neither repository nor catalogue say it, or say it wrong
 * @param logitBias the same for the bias
 */
public record PullOptions(Precision precision, OptionalDouble logitScale, OptionalDouble logitBias) {

    /** As repository or catalogue say it. */
    public static PullOptions of(Precision precision) {
        return new PullOptions(precision, OptionalDouble.empty(), OptionalDouble.empty());
    }

    boolean saysSomething() {
        return logitScale.isPresent() || logitBias.isPresent();
    }

    /** The same, with the scale and the bias that were said before where it says none. */
    PullOptions or(LogitScale said) {
        return new PullOptions(
                precision,
                logitScale.isPresent() ? logitScale : OptionalDouble.of(said.scale()),
                logitBias.isPresent() ? logitBias : said.bias());
    }
}
