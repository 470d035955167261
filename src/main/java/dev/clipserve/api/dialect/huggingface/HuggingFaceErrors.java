package dev.clipserve.api.dialect.huggingface;

import dev.clipserve.api.ErrorStyle;
import dev.clipserve.api.Problem;

/** Errors of {@code POST /models/{model}} as Hugging Face words them: {@code {"error": "…"}}. */
public final class HuggingFaceErrors implements ErrorStyle {

    /** What goes over the wire. */
    record Message(String error) {}

    /** Other methods under this path are the service's own. */
    @Override
    public boolean covers(String method, String path) {
        return method.equals("POST") && path.startsWith("/models/");
    }

    @Override
    public Message body(Problem problem) {
        return new Message(problem.detail());
    }
}
