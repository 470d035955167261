package dev.clipserve.api;

import java.util.List;

/** How many images a request must and may have. */
public record ImageRules(RequestLimits limits) {

    /** Refuses a request without images, or with too many. */
    void check(List<ImageSource> images) {
        if (images.isEmpty()) {
            throw new ProblemException(ProblemType.NO_IMAGE, "The request has no image; send at least one.");
        }
        checkCount(images);
    }

    /** Refuses a request with too many images. */
    public void checkCount(List<ImageSource> images) {
        if (images.size() > limits.maxImages()) {
            throw new ProblemException(
                    ProblemType.TOO_MANY_IMAGES,
                    "There are " + images.size() + " images; at most " + limits.maxImages()
                            + " are allowed in a request.");
        }
    }
}
