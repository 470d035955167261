package dev.clipserve.api;

/** How many pairs of an image and a text an answer may have: a client that reads slowly keeps them in memory. */
public record PairRules(RequestLimits limits) {

    /**
     * Refuses too many pairs.
     *
     * @param what the request calls its texts
     */
    public void check(int images, int texts, String what) {
        long pairs = (long) texts * images;
        if (pairs > limits.maxPairs()) {
            throw new ProblemException(
                    ProblemType.TOO_MANY_PAIRS,
                    images + " images and " + texts + " " + what + " make " + pairs + " pairs; at most "
                            + limits.maxPairs() + " are allowed in an answer.");
        }
    }
}
