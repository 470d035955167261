package dev.clipserve.api;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The service's part in a trace (W3C Trace Context).
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits, the service's own
 * @param flags two hexadecimal digits: whether the trace is sampled
 */
record TraceContext(String traceId, String spanId, String flags) {

    /** Where the caller's part comes in. */
    static final String REQUEST_HEADER = "traceparent";

    /** Where the service's own part is told (W3C Trace Context level 2). */
    static final String RESPONSE_HEADER = "traceresponse";

    /** Version, trace, parent, flags. Versions to come may have more behind them; ff is none. */
    private static final Pattern PARENT = Pattern.compile("(?!ff)(?:00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})"
            + "|(?!00)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?)");

    private static final Pattern ZEROS = Pattern.compile("0+");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new span in the caller's trace; empty where there is no trace, or one that cannot be read. */
    static Optional<TraceContext> join(@Nullable String parent) {
        Matcher match = PARENT.matcher(parent == null ? "" : parent);
        if (!match.matches()) {
            return Optional.empty();
        }
        int first = match.group(1) == null ? 4 : 1;
        String trace = match.group(first);
        boolean valid = !isZero(trace) && !isZero(match.group(first + 1));
        return valid ? Optional.of(new TraceContext(trace, newSpanId(), match.group(first + 2))) : Optional.empty();
    }

    private static boolean isZero(String id) {
        return ZEROS.matcher(id).matches();
    }

    private static String newSpanId() {
        byte[] id = new byte[8];
        do {
            RANDOM.nextBytes(id);
        } while (isZero(HexFormat.of().formatHex(id)));
        return HexFormat.of().formatHex(id);
    }

    /** As the answer's header has it. */
    String response() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }
}
