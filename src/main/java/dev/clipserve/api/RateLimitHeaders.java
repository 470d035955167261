package dev.clipserve.api;

import dev.clipserve.access.Limits;
import dev.clipserve.access.Verdict;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers of the rate limit, as draft-ietf-httpapi-ratelimit-headers-11 has it: the policy, and what is left of
 * it.
 */
final class RateLimitHeaders {

    private static final String NAME = "\"requests\"";

    private final @Nullable String policy;

    RateLimitHeaders(Limits limits) {
        this.policy = limits.isRated()
                ? NAME + ";q=" + limits.burst() + ";w=" + AccessProblems.seconds(limits.refill())
                : null;
    }

    void write(HttpServletResponse response, Verdict verdict) {
        if (policy == null) {
            return;
        }
        response.setHeader("RateLimit-Policy", policy);
        verdict.quota()
                .ifPresent(quota -> response.setHeader(
                        "RateLimit", NAME + ";r=" + quota.remaining() + ";t=" + AccessProblems.seconds(quota.reset())));
    }
}
