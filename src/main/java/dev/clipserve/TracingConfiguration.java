package dev.clipserve;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import java.util.Locale;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.http.server.observation.ServerRequestObservationConvention;

/** Wires what of requests may be in traces, where those are recorded: nothing that a caller wrote. */
@Configuration(proxyBeanMethods = false)
@Conditional(TracingConfiguration.OnTracing.class)
class TracingConfiguration {

    /** Whether traces are recorded. */
    static final class OnTracing implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return TracingSwitch.isOn(context.getEnvironment());
        }
    }

    /**
     * Without the path as it was asked for and without methods that nobody knows, since a caller may write anything
     * there; the path's template is told, and {@code UNKNOWN}.
     */
    @Bean
    ServerRequestObservationConvention pathsAndMethodsUntold() {
        return new DefaultServerRequestObservationConvention() {
            @Override
            public String getContextualName(ServerRequestObservationContext context) {
                String method = method(context).getValue().toLowerCase(Locale.ROOT);
                String path = context.getPathPattern();
                return path == null ? "http " + method : "http " + method + " " + path;
            }

            @Override
            public KeyValues getHighCardinalityKeyValues(ServerRequestObservationContext context) {
                return KeyValues.empty();
            }
        };
    }

    /** Without the messages of exceptions, which may quote a request. */
    @Bean
    @Order(MicrometerTracingAutoConfiguration.RECEIVER_TRACING_OBSERVATION_HANDLER_ORDER)
    PropagatingReceiverTracingObservationHandler<ReceiverContext<?>> messagesUntold(
            Tracer tracer, Propagator propagator) {
        return new PropagatingReceiverTracingObservationHandler<>(tracer, propagator) {
            @Override
            public void onError(ReceiverContext<?> context) {
                Throwable error = context.getError();
                if (error != null) {
                    getRequiredSpan(context).tag("error.type", error.getClass().getSimpleName());
                }
            }
        };
    }

    /**
     * Probes and scrapes come every few seconds, and nobody wants to see their traces. On a port of their own they have
     * none; there they may be at the root, and no path of the service is one of theirs.
     */
    @Bean
    SpanExportingPredicate managementUntold(WebEndpointProperties endpoints) {
        String root = endpoints.getBasePath();
        return span -> root.isEmpty() || !span.getTags().getOrDefault("uri", "").startsWith(root + "/");
    }
}
