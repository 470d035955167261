package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/** Says with each answer what a browser may make of it: nothing, but of the pages at {@code /} and {@code /docs}. */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
public class SecurityHeaders extends OncePerRequestFilter {

    private static final String POLICY = "Content-Security-Policy";
    private static final String CACHING = "Cache-Control";

    /** Scripts, styles and requests of this service only; pictures of Swagger UI's style sheet are inside it. */
    private static final String PAGE =
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** The playground: also shows pictures that it was given, and has nothing inline. */
    private static final String PLAYGROUND = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        write(response);
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (isBelow(path, "/docs")) {
            response.setHeader(POLICY, PAGE);
            response.setHeader(CACHING, "no-cache");
        } else if (path.equals("/") || isBelow(path, "/playground")) {
            response.setHeader(POLICY, PLAYGROUND);
            response.setHeader(CACHING, "no-cache");
        } else if (isBelow(path, "/problems") || isBelow(path, "/openapi.yaml")) {
            response.setHeader(CACHING, "no-cache");
        } else if (isBelow(path, "/label-sets")) {
            // They have versions, which a browser may ask for; but they are not for the caches of others.
            response.setHeader(CACHING, "private, no-cache");
        }
        chain.doFilter(request, response);
    }

    /** The headers of an answer that is no page, and nobody's but the caller's. */
    static void write(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader(POLICY, NO_PAGE);
        response.setHeader(CACHING, "no-store");
    }

    private static boolean isBelow(String path, String parent) {
        return path.equals(parent) || path.startsWith(parent + "/");
    }
}
