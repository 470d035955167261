package dev.clipserve.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A request, or one image of it, cannot be answered; the message is for the caller. */
public final class ProblemException extends RuntimeException {

    private final ProblemType type;
    private final HttpHeaders headers;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, HttpHeaders.EMPTY, null);
    }

    ProblemException(ProblemType type, String detail, Throwable cause) {
        this(type, detail, HttpHeaders.EMPTY, cause);
    }

    private ProblemException(ProblemType type, String detail, HttpHeaders headers, @Nullable Throwable cause) {
        super(detail, cause);
        this.type = type;
        this.headers = headers;
    }

    /** A field, or another part of a request, is missing, unknown, or not as it has to be. */
    public static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID_REQUEST, detail);
    }

    /** A problem that may be gone after a while. */
    public static ProblemException retryAfter(ProblemType type, String detail, Duration wait) {
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(AccessProblems.seconds(wait)));
        return new ProblemException(type, detail, headers, null);
    }

    /**
     * The same problem, its detail saying first which part of the request has it.
     *
     * @param place such as {@code Image 2}
     */
    public ProblemException at(String place) {
        return new ProblemException(type, place + ": " + getMessage(), headers, this);
    }

    /** What kind of problem it is. */
    ProblemType type() {
        return type;
    }

    /** What the caller is told. */
    public Problem problem() {
        return Problem.of(type, String.valueOf(getMessage()));
    }

    /** The headers that come with it. */
    HttpHeaders headers() {
        return headers;
    }
}
