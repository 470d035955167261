package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets pages of some other origins ask the service from browsers (CORS). Comes before keys are looked at, which the
 * browser's question in advance does not have.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
public class CrossOrigin extends OncePerRequestFilter {

    /** Refuses without a word: the filter has one in each dialect. */
    private static final class Processor extends DefaultCorsProcessor {

        @Override
        protected void rejectRequest(ServerHttpResponse response) {}
    }

    private final boolean off;
    private final CorsConfiguration configuration = new CorsConfiguration();
    private final DefaultCorsProcessor processor = new Processor();
    private final ErrorBodies errors;

    /**
     * For these origins.
     *
     * @param origins such as {@code https://example.org}, or {@code *} for all; without any, browsers are told nothing
     */
    public CrossOrigin(List<String> origins, ErrorBodies errors) {
        this.errors = errors;
        this.off = origins.isEmpty();
        configuration.setAllowedOrigins(origins);
        configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
        configuration.setAllowedHeaders(List.of(
                "Authorization",
                "X-API-Key",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "Inference-Header-Content-Length",
                "X-Request-Id",
                "X-Request-Timeout-Ms",
                "traceparent",
                "tracestate"));
        configuration.setExposedHeaders(List.of(
                "ETag",
                "Inference-Header-Content-Length",
                "Location",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "Server-Timing",
                "traceresponse",
                "WWW-Authenticate",
                "X-Model-Digest",
                "X-Preprocessing-Version",
                "X-Request-Id"));
        configuration.setMaxAge(Duration.ofHours(1));
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return off;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!processor.processRequest(configuration, request, response)) {
            Problem problem = Problem.of(
                    ProblemType.ORIGIN_NOT_ALLOWED,
                    "Pages of this origin may not ask that, with this method and these headers.");
            ProblemWriter.write(response, errors.of(request, problem));
        } else if (!CorsUtils.isPreFlightRequest(request)) {
            chain.doFilter(request, response);
        }
    }
}
