package dev.clipserve.api;

import dev.clipserve.access.Gate;
import dev.clipserve.access.Limits;
import dev.clipserve.access.Scope;
import dev.clipserve.access.Verdict;
import dev.clipserve.access.Verdict.Admitted;
import dev.clipserve.access.Verdict.Refused;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets in who may, before anything of a request but its first line and its headers is looked at. What is open to all
 * takes no body: it would be read, and memory be held for it, without a key and without the limits of a caller.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 30)
public class AccessFilter extends OncePerRequestFilter {

    private final Gate gate;
    private final ScopeRules rules;
    private final RateLimitHeaders headers;
    private final ErrorBodies errors;

    public AccessFilter(Gate gate, ScopeRules rules, Limits limits, ErrorBodies errors) {
        this.gate = gate;
        this.rules = rules;
        this.headers = new RateLimitHeaders(limits);
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Scope> scope = rules.of(request);
        if (scope.isPresent()) {
            guard(request, response, chain, scope.get());
        } else if (hasBody(request)) {
            ProblemWriter.write(response, errors.of(request, AccessProblems.noBodyHere()));
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private void guard(HttpServletRequest request, HttpServletResponse response, FilterChain chain, Scope scope)
            throws ServletException, IOException {
        Verdict verdict = gate.ask(ShownKey.of(request), ClientAddress.of(request.getRemoteAddr()), scope);
        headers.write(response, verdict);
        switch (verdict) {
            case Refused refused -> {
                AccessProblems.headers(refused, scope).forEach(response::setHeader);
                ProblemWriter.write(response, errors.of(request, AccessProblems.of(refused, scope)));
            }
            case Admitted admitted -> {
                RequestDeadlines.letIn(request, admitted.caller());
                try {
                    chain.doFilter(request, response);
                } finally {
                    admitted.leave().run();
                }
            }
        }
    }
}
