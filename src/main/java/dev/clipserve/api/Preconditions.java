package dev.clipserve.api;

import dev.clipserve.zeroshot.LabelLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;

/**
 * What a request's {@code If-Match} and {@code If-None-Match} ask of the version that is there (RFC 9110, section
 * 13.1).
 */
final class Preconditions {

    private final Optional<List<ETag>> match;
    private final Optional<List<ETag>> noneMatch;

    private Preconditions(Optional<List<ETag>> match, Optional<List<ETag>> noneMatch) {
        this.match = match;
        this.noneMatch = noneMatch;
    }

    static Preconditions of(HttpServletRequest request) {
        return new Preconditions(tags(request, HttpHeaders.IF_MATCH), tags(request, HttpHeaders.IF_NONE_MATCH));
    }

    private static Optional<List<ETag>> tags(HttpServletRequest request, String header) {
        List<String> values = Collections.list(request.getHeaders(header));
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String value = String.join(",", values);
        List<ETag> tags = ETag.parse(value);
        if (tags.isEmpty()) {
            throw ProblemException.invalid("Header " + header + " is '" + LabelLimits.shorten(value)
                    + "'; it must be * or ETags in double quotes, as answers have them.");
        }
        return Optional.of(tags);
    }

    /** Whether a change may be made where this version is, or none. */
    Predicate<Optional<String>> forChange() {
        return version -> match.map(tags -> has(tags, version, true)).orElse(true) && !isKnown(version);
    }

    /** Whether the caller has this version already. */
    boolean isKnown(Optional<String> version) {
        return noneMatch.map(tags -> has(tags, version, false)).orElse(false);
    }

    private static boolean has(List<ETag> tags, Optional<String> version, boolean strong) {
        return version.isPresent()
                && tags.stream()
                        .anyMatch(tag -> tag.isWildcard() || tag.compare(new ETag(version.get(), false), strong));
    }

    /** A version as the ETag header has it. */
    static String tag(String version) {
        return "\"" + version + "\"";
    }
}
