package dev.clipserve.api;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The key that a request shows, in {@code X-API-Key} or, as OpenAI's and Hugging Face's clients send it, as a bearer.
 */
final class ShownKey {

    private static final String OWN_HEADER = "X-API-Key";
    private static final String SCHEME = "Bearer ";

    private ShownKey() {}

    /**
     * The key; null where there is none. {@code X-API-Key} comes first: who sends it beside a bearer has another use
     * for that, such as a proxy's.
     */
    static @Nullable String of(HttpServletRequest request) {
        String own = request.getHeader(OWN_HEADER);
        if (own != null) {
            return own.strip();
        }
        String authorization = request.getHeader("Authorization");
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? authorization.substring(SCHEME.length()).strip() : null;
    }
}
