package dev.clipserve.api.dialect.inference;

import dev.clipserve.api.ProblemException;
import dev.clipserve.api.ProblemType;
import dev.clipserve.zeroshot.LabelLimits;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.HttpRequestMethodNotSupportedException;

/**
 * What the path behind {@code /v2/models} asks for: {@code /{model}[/versions/{version}][/ready|/infer]}. Names of
 * models may contain slashes, as on Hugging Face's hub.
 */
record ModelPath(String model, Optional<String> version, Operation operation) {

    private static final Pattern FORM = Pattern.compile("/(.+?)(?:/versions/([^/]+))?(/ready|/infer)?");

    /** What is done with a model. */
    enum Operation {
        METADATA("GET"),
        READY("GET"),
        INFER("POST");

        private final String method;

        Operation(String method) {
            this.method = method;
        }
    }

    /**
     * Takes a path apart.
     *
     * @throws ProblemException if it names no model
     */
    static ModelPath of(String path) {
        Matcher parts = FORM.matcher(path);
        if (!parts.matches()) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND, "There is nothing at /v2/models" + LabelLimits.shorten(path) + ".");
        }
        return new ModelPath(
                parts.group(1),
                Optional.ofNullable(parts.group(2)),
                switch (parts.group(3)) {
                    case "/ready" -> Operation.READY;
                    case "/infer" -> Operation.INFER;
                    case null, default -> Operation.METADATA;
                });
    }

    /**
     * Refuses a method that the operation does not have.
     *
     * @throws HttpRequestMethodNotSupportedException if it is another
     */
    void requireMethod(String method) throws HttpRequestMethodNotSupportedException {
        if (!method.equals(operation.method)) {
            throw new HttpRequestMethodNotSupportedException(method, List.of(operation.method));
        }
    }
}
