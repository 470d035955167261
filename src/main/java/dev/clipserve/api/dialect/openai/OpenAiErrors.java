package dev.clipserve.api.dialect.openai;

import dev.clipserve.api.ErrorStyle;
import dev.clipserve.api.Problem;
import dev.clipserve.api.ProblemType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors under {@code /v1} as OpenAI words them: {@code {"error": {"message", "type", "param", "code"}}}. The code is
 * OpenAI's own where it has one for the problem, else the last part of the problem's URI.
 */
public final class OpenAiErrors implements ErrorStyle {

    private static final String INPUT = "input";

    private static final Map<String, String> CODES = Map.of(
            ProblemType.UNAUTHENTICATED.uri(), "invalid_api_key",
            ProblemType.TOO_MANY_REQUESTS.uri(), "rate_limit_exceeded",
            ProblemType.UNKNOWN_MODEL.uri(), "model_not_found",
            ProblemType.LABEL_TOO_LONG.uri(), "context_length_exceeded");

    /** The field at fault, where the type of the problem tells. */
    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry(ProblemType.UNKNOWN_MODEL.uri(), "model"),
            Map.entry(ProblemType.UNSUPPORTED_DIMENSIONS.uri(), "dimensions"),
            Map.entry(ProblemType.INVALID_TEXTS.uri(), INPUT),
            Map.entry(ProblemType.RESERVED_TOKEN.uri(), INPUT),
            Map.entry(ProblemType.LABEL_TOO_LONG.uri(), INPUT),
            Map.entry(ProblemType.INVALID_BASE64.uri(), INPUT),
            Map.entry(ProblemType.URL_NOT_ALLOWED.uri(), INPUT),
            Map.entry(ProblemType.URL_FETCH_FAILED.uri(), INPUT),
            Map.entry(ProblemType.TOO_MANY_IMAGES.uri(), INPUT),
            Map.entry(ProblemType.IMAGE_TOO_LARGE.uri(), INPUT),
            Map.entry(ProblemType.TOO_MANY_PIXELS.uri(), INPUT),
            Map.entry(ProblemType.NOT_AN_IMAGE.uri(), INPUT),
            Map.entry(ProblemType.UNSUPPORTED_FORMAT.uri(), INPUT),
            Map.entry(ProblemType.EMPTY_IMAGE.uri(), INPUT),
            Map.entry(ProblemType.CORRUPT_IMAGE.uri(), INPUT),
            Map.entry(ProblemType.DECODING_TOO_SLOW.uri(), INPUT),
            Map.entry(ProblemType.NOT_ENCODABLE.uri(), INPUT));

    /** What goes over the wire. */
    record Envelope(Fault error) {}

    /**
     * What was wrong.
     *
     * @param param the field at fault; null where that is none, or not known
     */
    record Fault(String message, String type, @Nullable String param, String code) {}

    @Override
    public boolean covers(String method, String path) {
        return path.equals("/v1") || path.startsWith("/v1/");
    }

    @Override
    public Envelope body(Problem problem) {
        String uri = problem.type();
        String slug = problem.slug().replace('-', '_');
        return new Envelope(new Fault(
                problem.detail(), type(problem.status()), PARAMETERS.get(uri), CODES.getOrDefault(uri, slug)));
    }

    private static String type(int status) {
        // 'requests' is what there are too many of; OpenAI has 'tokens' beside it.
        return switch (status) {
            case 429 -> "requests";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    /** OpenAI's clients have an exception for 400, but none for 415, and what they read of 422 is the same. */
    @Override
    public int status(Problem problem) {
        return problem.status() == 415 || problem.status() == 422 ? 400 : problem.status();
    }
}
