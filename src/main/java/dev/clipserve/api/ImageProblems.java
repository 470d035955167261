package dev.clipserve.api;

import dev.clipserve.image.InvalidImageException;

/** The problem of each reason for which an image is refused. */
public final class ImageProblems {

    private ImageProblems() {}

    /** What the caller is told of an image that cannot be used. */
    public static ProblemException of(InvalidImageException e) {
        return new ProblemException(type(e.reason()), String.valueOf(e.getMessage()), e);
    }

    static ProblemType type(InvalidImageException.Reason reason) {
        return switch (reason) {
            case EMPTY -> ProblemType.EMPTY_IMAGE;
            case NOT_AN_IMAGE -> ProblemType.NOT_AN_IMAGE;
            case UNSUPPORTED_FORMAT -> ProblemType.UNSUPPORTED_FORMAT;
            case CORRUPT -> ProblemType.CORRUPT_IMAGE;
            case TOO_MANY_PIXELS -> ProblemType.TOO_MANY_PIXELS;
            case TOO_MANY_BYTES -> ProblemType.IMAGE_TOO_LARGE;
            case TOO_SLOW -> ProblemType.DECODING_TOO_SLOW;
        };
    }
}
