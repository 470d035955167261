package dev.clipserve.api;

import dev.clipserve.batching.Deadline;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Until when the answer to a request is of use: the service's own limit, or less where the caller says so in
 * {@code X-Request-Timeout-Ms}. What still waits by then is dropped before it costs a run of the model.
 */
public final class RequestDeadlines {

    static final String HEADER = "X-Request-Timeout-Ms";

    /** As many digits as a long surely holds. */
    private static final Pattern MILLISECONDS = Pattern.compile("[1-9][0-9]{0,17}");

    private final Duration limit;

    public RequestDeadlines(Duration limit) {
        this.limit = limit;
    }

    Deadline of(HttpServletRequest request) {
        String given = request.getHeader(HEADER);
        if (given == null) {
            return Deadline.after(limit);
        }
        if (!MILLISECONDS.matcher(given).matches()) {
            throw new ProblemException(
                    ProblemType.INVALID_REQUEST,
                    "Header " + HEADER + " is '" + LabelRules.shorten(given)
                            + "'; it must be a whole number of milliseconds from 1 on.");
        }
        Duration wanted = Duration.ofMillis(Long.parseLong(given));
        return Deadline.after(wanted.compareTo(limit) < 0 ? wanted : limit);
    }
}
