package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says with the answers that are given while the service drains that their connection ends with them, so that nobody
 * sends another request into it, which would get no answer.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
public class LastAnswers extends OncePerRequestFilter {

    private final ApplicationAvailability availability;

    public LastAnswers(ApplicationAvailability availability) {
        this.availability = availability;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, new Answer(response));
    }

    /** Its stream is asked for when the answer is ready, which is long after the request began. */
    private final class Answer extends HttpServletResponseWrapper {

        Answer(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC) {
                setHeader("Connection", "close");
            }
            return super.getOutputStream();
        }
    }
}
