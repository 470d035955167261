package dev.clipserve;

import dev.clipserve.fetch.AllowedHosts;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings under {@code clipserve.urls.*}: whether and how images are fetched that requests name by URL.
 *
 * @param enabled whether images are fetched from URLs that requests name
 * @param allowHttp whether also from URLs that are not https
 * @param allowedHosts where images are fetched from: images.example.com, *.example.com for hosts below one, or * for
 *     every public host, each with a port if it is not the default one
 * @param maxSize bytes of one fetched image, up to 1GB; those of any image where it is left out
 * @param connectTimeout how long one connection may take, and as long again its encryption
 * @param timeout how long one image may take in all, redirects included
 * @param maxRedirects how often one URL may lead to another
 * @param concurrency images fetched at the same time
 * @param proxy what connections are made by, as http://host:port; none where it is left out, whatever the environment
 *     says
 */
public record UrlProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue List<String> allowedHosts,
        @Nullable DataSize maxSize,

        @DefaultValue("3s") @DurationMin(millis = 1) @DurationMax(days = 365)
        Duration connectTimeout,

        @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(days = 365)
        Duration timeout,

        @DefaultValue("3") @Min(0) @Max(20) int maxRedirects,
        @DefaultValue("16") @Min(1) @Max(1024) int concurrency,
        @Nullable URI proxy) {

    static final DataSize MAX_SIZE = DataSize.ofGigabytes(1);

    private static final int HIGHEST_PORT = 65_535;

    @AssertTrue(message = "clipserve.urls.enabled needs clipserve.urls.allowed-hosts; * allows every public host")
    boolean isAnyHostAllowed() {
        return !enabled || !allowedHosts.isEmpty();
    }

    @AssertTrue(
            message = "each of clipserve.urls.allowed-hosts must be a host as images.example.com, hosts below one as"
                    + " *.example.com, or *, with a port behind a colon if it is not the default one")
    boolean isEachHostReadable() {
        try {
            return allowedHosts.isEmpty() || AllowedHosts.of(allowedHosts) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @AssertTrue(message = "clipserve.urls.max-size must be from 1 byte to 1GB")
    boolean isMaxSizeInRange() {
        return maxSize == null || (maxSize.toBytes() >= 1 && maxSize.compareTo(MAX_SIZE) <= 0);
    }

    @AssertTrue(message = "clipserve.urls.proxy must be of the form http://host:port")
    boolean isProxyReadable() {
        return proxy == null
                || ("http".equals(proxy.getScheme())
                        && proxy.getHost() != null
                        && proxy.getPort() > 0
                        && proxy.getPort() <= HIGHEST_PORT
                        && proxy.getUserInfo() == null);
    }
}
