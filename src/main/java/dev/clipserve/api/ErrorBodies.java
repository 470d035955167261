package dev.clipserve.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.MediaType;

/** The bodies of error answers: problem details, or what the path's own dialect has instead. Counts them. */
public final class ErrorBodies {

    private final List<ErrorStyle> styles;
    private final ProblemMeters meters;

    public ErrorBodies(List<ErrorStyle> styles, ProblemMeters meters) {
        this.styles = List.copyOf(styles);
        this.meters = meters;
    }

    /** A body, its media type and the status that it comes with. */
    record ErrorBody(int status, MediaType type, Object content) {

        static ErrorBody of(Problem problem) {
            return new ErrorBody(problem.status(), MediaType.APPLICATION_PROBLEM_JSON, problem);
        }

        static ErrorBody of(Problem problem, ErrorStyle style) {
            return new ErrorBody(style.status(problem), MediaType.APPLICATION_JSON, style.body(problem));
        }
    }

    /** The body of an answer to a request. */
    ErrorBody of(HttpServletRequest request, Problem problem) {
        return of(request.getMethod(), request.getRequestURI(), problem);
    }

    /** The body of an answer to a request that is known by its first line only. */
    ErrorBody of(String method, String path, Problem problem) {
        ErrorBody body = worded(method, path, problem);
        meters.refused(problem, body.status());
        return body;
    }

    private ErrorBody worded(String method, String path, Problem problem) {
        return styles.stream()
                .filter(style -> style.covers(method, path))
                .findFirst()
                .map(style -> ErrorBody.of(problem, style))
                .orElseGet(() -> ErrorBody.of(problem));
    }
}
