package dev.clipserve.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;

/**
 * What is wrong with Redis: the reason for callers of the service, and the details, which name addresses, for its log.
 */
final class RedisFault {

    /** What the errors of Redis begin with; behind it there may be addresses, keys and commands. */
    private static final Pattern CODE = Pattern.compile("[A-Z]{2,32}(?= |$)");

    private RedisFault() {}

    /** Whether Redis could not be asked, or did not answer. */
    static boolean isAway(DataAccessException e) {
        return e instanceof DataAccessResourceFailureException
                || e instanceof QueryTimeoutException
                || (e.getMostSpecificCause() instanceof RedisException && !isAnswer(e));
    }

    /** Whether Redis answered, though with an error. */
    static boolean isAnswer(DataAccessException e) {
        return e.getMostSpecificCause() instanceof RedisCommandExecutionException;
    }

    /** All that the client says, addresses included. */
    static String details(DataAccessException e) {
        return Stream.<@Nullable Throwable>iterate(
                        e, Objects::nonNull, cause -> cause == null ? null : cause.getCause())
                .map(String::valueOf)
                .collect(Collectors.joining("; "));
    }

    /** The reason alone. */
    static String of(DataAccessException e) {
        return switch (e.getMostSpecificCause()) {
            case RedisCommandExecutionException refused -> "Redis says '" + code(refused) + "'";
            case RedisCommandTimeoutException late -> "Redis does not answer in time";
            case QueryTimeoutException late -> "Redis does not answer in time";
            case UnknownHostException unknown -> "the host of Redis is not known";
            case ConnectException refused -> "Redis does not accept connections";
            default -> "Redis cannot be reached";
        };
    }

    private static String code(RedisCommandExecutionException refused) {
        Matcher code = CODE.matcher(String.valueOf(refused.getMessage()));
        return code.lookingAt() ? code.group() : "ERR";
    }
}
