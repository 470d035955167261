package dev.clipserve.api;

import dev.clipserve.batching.Deadline;
import dev.clipserve.zeroshot.LabelLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Until when the answer to a request is of use: for as long as the service's own limit says, counted from when its body
 * has been read; or less, where the caller says so in {@code X-Request-Timeout-Ms}, counted from when it was let in,
 * since the caller's clock goes on while the body is sent. What still waits by then is dropped before it costs a run of
 * the model.
 */
public final class RequestDeadlines {

    static final String HEADER = "X-Request-Timeout-Ms";

    /** As many digits as a long surely holds. */
    private static final Pattern MILLISECONDS = Pattern.compile("[1-9][0-9]{0,17}");

    private static final String ADMISSION = RequestDeadlines.class.getName() + ".admission";

    private final Duration limit;

    /**
     * That a request was let in.
     *
     * @param caller whose it is
     * @param nanos when, on the clock of {@link System#nanoTime}
     */
    private record Admission(String caller, long nanos) {}

    public RequestDeadlines(Duration limit) {
        this.limit = limit;
    }

    /** Notes that a request is let in now, and whose it is: callers share what there is of the queues. */
    static void letIn(HttpServletRequest request, String caller) {
        request.setAttribute(ADMISSION, new Admission(caller, System.nanoTime()));
    }

    Deadline of(HttpServletRequest request) {
        long now = System.nanoTime();
        var admission = request.getAttribute(ADMISSION) instanceof Admission known ? known : new Admission("", now);
        String given = request.getHeader(HEADER);
        long left =
                given == null ? limit.toNanos() : Math.min(limit.toNanos(), nanos(given) - (now - admission.nanos()));
        return new Deadline(now + left, admission.caller());
    }

    private long nanos(String given) {
        if (!MILLISECONDS.matcher(given).matches()) {
            throw ProblemException.invalid("Header " + HEADER + " is '" + LabelLimits.shorten(given)
                    + "'; it must be a whole number of milliseconds from 1 on.");
        }
        // At most as many as a long holds, which is centuries.
        return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(given));
    }
}
