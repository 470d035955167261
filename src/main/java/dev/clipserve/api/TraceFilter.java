package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells the caller the service's span in the trace of the request, and puts it into every log line. Where traces are
 * recorded the span has begun already, and the log has it; else it is one of the caller's trace, where there is one.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 5) // Spring's own filter, which begins the span, has + 1.
public class TraceFilter extends OncePerRequestFilter {

    /** The names that Spring Boot and log collectors know. */
    private static final String TRACE_KEY = "traceId";

    private static final String SPAN_KEY = "spanId";

    private final Spans spans;

    public TraceFilter(Spans spans) {
        this.spans = spans;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<TraceContext> recorded = spans.current();
        Optional<TraceContext> trace =
                recorded.or(() -> TraceContext.join(request.getHeader(TraceContext.REQUEST_HEADER)));
        trace.ifPresent(span -> response.setHeader(TraceContext.RESPONSE_HEADER, span.response()));
        if (recorded.isPresent() || trace.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        try (var _ = MDC.putCloseable(TRACE_KEY, trace.get().traceId());
                var _ = MDC.putCloseable(SPAN_KEY, trace.get().spanId())) {
            chain.doFilter(request, response);
        }
    }
}
