package dev.clipserve.api;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponse;

/** The problem of an exception that Spring MVC itself throws: wrong path, wrong method, unacceptable media type. */
final class SpringProblems {

    private SpringProblems() {}

    static Problem of(Exception e, HttpStatusCode status) {
        ProblemType type = type(status.value());
        String detail = e instanceof ErrorResponse response ? response.getBody().getDetail() : null;
        return Problem.of(type, detail == null ? type.explanation() : detail);
    }

    private static ProblemType type(int status) {
        return switch (status) {
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            case 413 -> ProblemType.BODY_TOO_LARGE;
            default -> status < 500 ? ProblemType.INVALID_REQUEST : ProblemType.INTERNAL_ERROR;
        };
    }
}
