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

    /** Whose request it is. */
    private static final String CALLER = RequestDeadlines.class.getName() + ".caller";

    private final Duration limit;

    public RequestDeadlines(Duration limit) {
        this.limit = limit;
    }

    /** Notes whose request it is: callers share what there is of the queues. */
    static void tell(HttpServletRequest request, String caller) {
        request.setAttribute(CALLER, caller);
    }

    Deadline of(HttpServletRequest request) {
        Deadline deadline = Deadline.after(time(request));
        return request.getAttribute(CALLER) instanceof String caller ? deadline.of(caller) : deadline;
    }

    private Duration time(HttpServletRequest request) {
        String given = request.getHeader(HEADER);
        if (given == null) {
            return limit;
        }
        if (!MILLISECONDS.matcher(given).matches()) {
            throw new ProblemException(
                    ProblemType.INVALID_REQUEST,
                    "Header " + HEADER + " is '" + LabelRules.shorten(given)
                            + "'; it must be a whole number of milliseconds from 1 on.");
        }
        Duration wanted = Duration.ofMillis(Long.parseLong(given));
        return wanted.compareTo(limit) < 0 ? wanted : limit;
    }
}
