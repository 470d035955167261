package dev.clipserve.api;

import java.util.List;
import org.springframework.http.MediaType;

/** The bodies of error answers: problem details, or what the path's own dialect has instead. */
public final class ErrorBodies {

    private final List<ErrorStyle> styles;

    public ErrorBodies(List<ErrorStyle> styles) {
        this.styles = List.copyOf(styles);
    }

    /** A body and its media type. */
    record ErrorBody(MediaType type, Object content) {

        static ErrorBody of(Problem problem) {
            return new ErrorBody(MediaType.APPLICATION_PROBLEM_JSON, problem);
        }
    }

    ErrorBody of(String path, Problem problem) {
        return styles.stream()
                .filter(style -> style.covers(path))
                .findFirst()
                .map(style -> new ErrorBody(MediaType.APPLICATION_JSON, style.body(problem)))
                .orElseGet(() -> ErrorBody.of(problem));
    }
}
