package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    private static final int UNIT = 1024;
    private static final int WAIT_SECONDS = 5;

    private final RequestLimits limits;
    private final int units;
    private final Semaphore memory;
    private final ErrorBodies errors;

    /**
     * A filter with all of its memory free.
     *
     * @param memoryBytes heap that the bodies of requests may take together; one body of the largest size always fits
     */
    public BodyAdmissionFilter(RequestLimits limits, long memoryBytes, ErrorBodies errors) {
        this.errors = errors;
        this.limits = limits;
        this.units = (int) Math.min(
                Integer.MAX_VALUE, Math.max(memoryBytes / UNIT, units(limits.maxBodyBytes() * BYTES_PER_BODY_BYTE)));
        this.memory = new Semaphore(units, true);
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
        int cost = cost(request, announced < 0 ? limits.maxBodyBytes() : announced);
        if (!acquire(cost)) {
            response.setHeader("Retry-After", String.valueOf(WAIT_SECONDS));
            refuse(request, response, Problem.of(ProblemType.OVERLOADED, ProblemType.OVERLOADED.explanation()));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            memory.release(cost);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        ProblemWriter.write(response, errors.of(request, problem));
    }

    /** Of the memory that there is, no more than all. */
    private int cost(HttpServletRequest request, long bytes) {
        return (int) Math.min(units, units(bytes * BYTES_PER_BODY_BYTE + JsonCost.of(request, bytes, limits)));
    }

    private static long units(long bytes) {
        return bytes / UNIT + 1;
    }

    private boolean acquire(int cost) {
        try {
            return memory.tryAcquire(cost, WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
