package dev.clipserve;

import dev.clipserve.access.AccessKey;
import dev.clipserve.access.Gate;
import dev.clipserve.access.KeyRing;
import dev.clipserve.access.Limits;
import dev.clipserve.api.AccessFilter;
import dev.clipserve.api.CrossOrigin;
import dev.clipserve.api.ErrorBodies;
import dev.clipserve.api.ScopeRules;
import dev.clipserve.api.SecurityHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Wires who may ask, and how often. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

    @Bean
    KeyRing keyRing(ClipServeProperties properties) {
        AccessProperties settings = properties.access();
        List<AccessKey> configured =
                settings.keys().stream().map(AccessProperties.Key::toAccessKey).toList();
        Path file = settings.keysFile();
        KeyRing ring = file == null ? KeyRing.of(configured) : KeyRing.watching(configured, file, settings.refresh());
        if (ring.isOpen()) {
            log.warn(
                    "There are no API keys: whoever reaches the port may use everything, label sets and metrics included."
                            + " Set clipserve.access.keys-file or clipserve.access.keys; docs/security.md says how.");
        } else {
            log.info("There are {} API keys; requests need one", ring.size());
        }
        return ring;
    }

    @Bean
    Limits limits(ClipServeProperties properties) {
        return properties.access().limits();
    }

    @Bean
    Gate gate(KeyRing keys, Limits limits, MeterRegistry registry) {
        return new Gate(keys, limits, registry);
    }

    @Bean
    AccessFilter accessFilter(
            Gate gate, WebEndpointProperties endpoints, Environment environment, Limits limits, ErrorBodies errors) {
        return new AccessFilter(gate, rules(endpoints.getBasePath(), environment), limits, errors);
    }

    private static ScopeRules rules(String management, Environment environment) {
        if (ManagementPortType.get(environment) != ManagementPortType.SAME) {
            return ScopeRules.ofServiceAlone();
        }
        if (management.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "management.endpoints.web.base-path",
                    "/",
                    "The service's own paths are there, which need other scopes. Let it be a path of its own, or set"
                            + " management.server.port.");
        }
        return ScopeRules.ofService(management);
    }

    @Bean
    SecurityHeaders securityHeaders() {
        return new SecurityHeaders();
    }

    @Bean
    CrossOrigin crossOrigin(ClipServeProperties properties, ErrorBodies errors) {
        return new CrossOrigin(properties.access().cors().allowedOrigins(), errors);
    }
}
