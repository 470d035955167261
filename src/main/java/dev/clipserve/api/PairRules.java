package dev.clipserve.api;

/** How many images × texts a request may compare where each pair is in the answer. */
public record PairRules(RequestLimits limits) {

    /** Refuses too many pairs. */
    public void check(int images, int texts) {
        long pairs = (long) texts * images;
        if (pairs > limits.maxPairs()) {
            throw new ProblemException(
                    ProblemType.TOO_MANY_PAIRS,
                    images + " images and " + texts + " texts make " + pairs + " pairs; at most " + limits.maxPairs()
                            + " are allowed in a request.");
        }
    }
}
