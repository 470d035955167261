package dev.clipserve.api;

import dev.clipserve.batching.Budget;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a request in by its announced length alone, before a byte of its body is read: too large a body is refused, and
 * bodies that together would not fit into memory wait for each other, for a while.
 */
public class BodyAdmissionFilter extends OncePerRequestFilter {

    /**
     * What a body's byte costs in memory while it is read: a form's or JSON text's buffers, and the image itself. What
     * becomes of JSON beside that, {@link JsonCost} tells.
     */
    private static final int BYTES_PER_BODY_BYTE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RequestLimits limits;
    private final Budget memory;
    private final ErrorBodies errors;

    /**
     * A filter with all of its memory free.
     *
     * @param memoryBytes heap that the bodies of requests may take together; one body of the largest size always fits
     */
    public BodyAdmissionFilter(RequestLimits limits, long memoryBytes, ErrorBodies errors) {
        this.errors = errors;
        this.limits = limits;
        this.memory = new Budget(Math.max(memoryBytes, limits.maxBodyBytes() * BYTES_PER_BODY_BYTE));
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long announced = request.getContentLengthLong();
        if (announced > limits.maxBodyBytes()) {
            refuse(
                    request,
                    response,
                    LimitedInputStream.tooLarge(limits.maxBodyBytes()).problem());
            return;
        }
        long cost = cost(request, announced < 0 ? limits.maxBodyBytes() : announced);
        Optional<Budget.Share> share = memory.take(cost, PATIENCE);
        if (share.isEmpty()) {
            response.setHeader("Retry-After", String.valueOf(PATIENCE.toSeconds()));
            refuse(request, response, Problem.of(ProblemType.OVERLOADED, ProblemType.OVERLOADED.explanation()));
            return;
        }
        try (var _ = share.get()) {
            chain.doFilter(request, response);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        ProblemWriter.write(response, errors.of(request, problem));
    }

    /** The bytes of memory that a body of so many bytes may take. */
    private long cost(HttpServletRequest request, long bytes) {
        return bytes * BYTES_PER_BODY_BYTE + JsonCost.of(request, bytes, limits);
    }
}
