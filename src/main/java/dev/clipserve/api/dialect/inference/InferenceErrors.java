package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ErrorStyle;
import dev.clipserve.api.Problem;

/** Errors as the protocol has them, {@code {"error": "..."}}, on all of its paths. */
public final class InferenceErrors implements ErrorStyle {

    /** The body of every error. */
    record InferenceError(String error) {}

    @Override
    public boolean covers(String method, String path) {
        return path.equals("/v2") || path.startsWith("/v2/");
    }

    @Override
    public Object body(Problem problem) {
        return new InferenceError(problem.detail());
    }
}
