package dev.clipserve.api;

/** A request, or one image of it, cannot be answered; the message is for the caller. */
final class ProblemException extends RuntimeException {

    private final ProblemType type;

    ProblemException(ProblemType type, String detail) {
        super(detail);
        this.type = type;
    }

    ProblemException(ProblemType type, String detail, Throwable cause) {
        super(detail, cause);
        this.type = type;
    }

    Problem problem() {
        return Problem.of(type, String.valueOf(getMessage()));
    }
}
