package dev.clipserve.api;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The problem of an exception that Spring MVC itself throws: wrong path, wrong method, unacceptable media type. */
final class SpringProblems {

    private SpringProblems() {}

    static Problem of(Exception e, HttpStatusCode status) {
        // An Accept header may name a character set, too; without a cause it is that, and not our answer, that is
        // wrong.
        boolean unacceptable = e instanceof HttpMessageNotWritableException && e.getCause() == null;
        ProblemType type = unacceptable ? ProblemType.NOT_ACCEPTABLE : type(status.value());
        return Problem.of(
                type,
                switch (e) {
                    case NoResourceFoundException path -> "There is nothing at /" + path.getResourcePath() + ".";
                    case HttpRequestMethodNotSupportedException method ->
                        method.getMethod() + " is not allowed here; allowed are " + method.getSupportedHttpMethods()
                                + ".";
                    case ErrorResponse response
                    when response.getBody().getDetail() != null ->
                        response.getBody().getDetail();
                    default -> type.explanation();
                });
    }

    /** The type that fits a status which somebody else chose. */
    static ProblemType type(int status) {
        return switch (status) {
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            case 413 -> ProblemType.BODY_TOO_LARGE;
            case 503 -> ProblemType.OVERLOADED;
            // Of HTTP versions and transfer encodings that do not exist.
            case 501, 505 -> ProblemType.INVALID_REQUEST;
            default -> status < 500 ? ProblemType.INVALID_REQUEST : ProblemType.INTERNAL_ERROR;
        };
    }
}
