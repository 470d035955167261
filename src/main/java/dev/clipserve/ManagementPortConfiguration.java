package dev.clipserve;

import dev.clipserve.access.Gate;
import dev.clipserve.access.Limits;
import dev.clipserve.api.AccessFilter;
import dev.clipserve.api.ErrorBodies;
import dev.clipserve.api.LastAnswers;
import dev.clipserve.api.RequestIdFilter;
import dev.clipserve.api.ScopeRules;
import dev.clipserve.api.SecurityHeaders;
import dev.clipserve.api.Spans;
import dev.clipserve.api.TomcatLimits;
import dev.clipserve.api.TraceFilter;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.context.annotation.Bean;

/**
 * The filters and limits of a port of its own for the management endpoints, which has none of the service's. Spring
 * Boot finds it by the file {@code META-INF/spring/….ManagementContextConfiguration.imports}; it is no
 * {@code @Configuration}, or the service itself would have these filters twice.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPortConfiguration {

    @Bean
    LastAnswers managementLastAnswers() {
        return new LastAnswers();
    }

    @Bean
    TomcatLimits managementTomcatLimits(
            @Qualifier("tomcatLimits") TomcatLimits ofService,
            @Qualifier("managementLastAnswers") LastAnswers lastAnswers) {
        return ofService.endingWith(lastAnswers);
    }

    @Bean
    RequestIdFilter managementRequestIdFilter() {
        return new RequestIdFilter();
    }

    @Bean
    TraceFilter managementTraceFilter(Spans spans) {
        return new TraceFilter(spans);
    }

    @Bean
    SecurityHeaders managementSecurityHeaders() {
        return new SecurityHeaders();
    }

    @Bean
    AccessFilter managementAccessFilter(Gate gate, WebEndpointProperties endpoints, Limits limits, ErrorBodies errors) {
        return new AccessFilter(gate, ScopeRules.ofManagementPort(endpoints.getBasePath()), limits, errors);
    }
}
