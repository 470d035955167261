package dev.clipserve.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says with the answers that are given once the port is closed that their connection ends with them, so that nobody
 * sends another request into it, which would get no answer. Not before: whoever then comes again has to find the port
 * closed, not a connection that nobody takes any more.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
public class LastAnswers extends OncePerRequestFilter {

    private volatile boolean closed;

    /** From now on, answers are the last of their connections. */
    void begin() {
        closed = true;
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
            if (closed) {
                setHeader("Connection", "close");
            }
            return super.getOutputStream();
        }
    }
}
