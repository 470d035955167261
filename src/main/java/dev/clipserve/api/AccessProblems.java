package dev.clipserve.api;

import dev.clipserve.access.Scope;
import dev.clipserve.access.Verdict.Refused;
import java.time.Duration;
import java.util.Map;

/** What those are told who are not let in. */
final class AccessProblems {

    private static final String CHALLENGE = "Bearer realm=\"clipserve\"";

    private AccessProblems() {}

    static Problem of(Refused refused, Scope scope) {
        return switch (refused.reason()) {
            case KEY_MISSING ->
                Problem.of(
                        ProblemType.UNAUTHENTICATED,
                        "The request has no API key; send one as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.");
            case KEY_UNKNOWN ->
                Problem.of(ProblemType.UNAUTHENTICATED, "The API key of the request is not known here.");
            case SCOPE_MISSING ->
                Problem.of(
                        ProblemType.MISSING_SCOPE,
                        "The API key lacks the scope '" + scope.label() + "', which this request needs.");
            case TOO_OFTEN ->
                Problem.of(
                        ProblemType.TOO_MANY_REQUESTS,
                        "Too many requests; try again in " + seconds(refused.pause()) + " seconds.");
            case TOO_MANY_AT_ONCE ->
                Problem.of(
                        ProblemType.TOO_MANY_REQUESTS,
                        "Too many requests at the same time; try again when one of them is answered.");
        };
    }

    /** What is open to all takes no body, whoever sends it. */
    static Problem noBodyHere() {
        return Problem.of(ProblemType.BODY_TOO_LARGE, "This path takes no body; send the request without one.");
    }

    /** The headers that come with it: the challenge of RFC 6750, or when to come again. */
    static Map<String, String> headers(Refused refused, Scope scope) {
        return switch (refused.reason()) {
            case KEY_MISSING -> Map.of("WWW-Authenticate", CHALLENGE);
            case KEY_UNKNOWN -> Map.of("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\"");
            case SCOPE_MISSING ->
                Map.of(
                        "WWW-Authenticate",
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"" + scope.label() + "\"");
            case TOO_OFTEN, TOO_MANY_AT_ONCE -> Map.of("Retry-After", String.valueOf(seconds(refused.pause())));
        };
    }

    /** Rounded up: who comes a moment too early is refused again. */
    static long seconds(Duration duration) {
        return duration.plusNanos(999_999_999).toSeconds();
    }
}
