package dev.clipserve.api;

import dev.clipserve.access.Scope;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What scope each request needs. What is open is listed, and all else needs one, so that nothing is open because it was
 * forgotten. What is open takes no body, as {@link AccessFilter} sees to. Paths are read as Spring MVC reads them, so
 * none can be one thing here and another there.
 */
public final class ScopeRules {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final PathPattern LABEL_SETS = pattern("/label-sets/**");

    private static final List<String> OPEN = List.of(
            "/",
            "/playground/{file}",
            "/docs",
            "/docs/**",
            "/openapi.yaml",
            "/problems",
            "/problems/{slug}",
            "/v2/health/live",
            "/v2/health/ready");

    private final List<PathPattern> probes;
    private final List<PathPattern> management;
    private final List<PathPattern> open;

    private ScopeRules(Stream<String> probes, Stream<String> management, Stream<String> open) {
        this.probes = patterns(probes);
        this.management = patterns(management);
        this.open = patterns(open);
    }

    /**
     * The rules of the service's own port, where the management endpoints are, too.
     *
     * @param management their path, such as {@code /actuator}, below which there must be nothing else
     */
    public static ScopeRules ofService(String management) {
        if (management.isEmpty()) {
            throw new IllegalArgumentException("The management endpoints have no path of their own");
        }
        return new ScopeRules(health(management), Stream.of(management + "/**"), OPEN.stream());
    }

    /** The rules of the service's own port where the management endpoints are elsewhere. */
    public static ScopeRules ofServiceAlone() {
        return new ScopeRules(Stream.of(), Stream.of(), OPEN.stream());
    }

    /** The rules of a port that has the management endpoints and nothing else. */
    public static ScopeRules ofManagementPort(String management) {
        return new ScopeRules(health(management), Stream.of("/**"), Stream.of());
    }

    /** What probes ask; single parts of health are for those who may see metrics. */
    private static Stream<String> health(String management) {
        return Stream.of("/health", "/health/liveness", "/health/readiness").map(path -> management + path);
    }

    /** The scope that a request needs; empty where it is open to all. */
    Optional<Scope> of(HttpServletRequest request) {
        return of(request.getMethod(), ServletRequestPathUtils.parse(request).pathWithinApplication());
    }

    /** The same for a path as it stands in a request. */
    Optional<Scope> of(String method, String path) {
        return of(method, PathContainer.parsePath(path));
    }

    /** Management comes before what is open, since its path may be below that. */
    private Optional<Scope> of(String method, PathContainer path) {
        if (isOneOf(probes, path)) {
            return Optional.empty();
        }
        if (isOneOf(management, path)) {
            return Optional.of(Scope.METRICS);
        }
        if (isOneOf(open, path)) {
            return Optional.empty();
        }
        boolean changes = LABEL_SETS.matches(path) && !READING.contains(method);
        return Optional.of(changes ? Scope.LABEL_SETS : Scope.CLASSIFY);
    }

    private static boolean isOneOf(List<PathPattern> patterns, PathContainer path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path));
    }

    private static List<PathPattern> patterns(Stream<String> patterns) {
        return patterns.map(ScopeRules::pattern).toList();
    }

    private static PathPattern pattern(String pattern) {
        return PathPatternParser.defaultInstance.parse(pattern);
    }
}
