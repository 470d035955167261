package dev.clipserve.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.MediaType;

/** The bodies of error answers: problem details, or what the path's own dialect has instead. */
public final class ErrorBodies {

    private final List<ErrorStyle> styles;

    public ErrorBodies(List<ErrorStyle> styles) {
        this.styles = List.copyOf(styles);
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

    ErrorBody of(HttpServletRequest request, Problem problem) {
        return of(request.getMethod(), request.getRequestURI(), problem);
    }

    ErrorBody of(String method, String path, Problem problem) {
        return styles.stream()
                .filter(style -> style.covers(method, path))
                .findFirst()
                .map(style -> ErrorBody.of(problem, style))
                .orElseGet(() -> ErrorBody.of(problem));
    }
}
