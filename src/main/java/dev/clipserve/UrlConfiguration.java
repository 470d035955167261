package dev.clipserve;

import dev.clipserve.api.ImageUrls;
import dev.clipserve.fetch.AllowedHosts;
import dev.clipserve.fetch.FetchSettings;
import dev.clipserve.fetch.ImageFetcher;
import dev.clipserve.fetch.UrlRules;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what fetches images from URLs, where that is allowed. */
@Configuration(proxyBeanMethods = false)
class UrlConfiguration {

    /** Fetched images may take so much of the heap; the bodies of requests take another part. */
    private static final int PART_OF_HEAP = 8;

    @Bean
    ImageUrls imageUrls(ClipServeProperties properties, MeterRegistry registry) {
        return new ImageUrls(
                properties.urls().enabled()
                        ? Optional.of(ImageFetcher.ofInternet(settings(properties), registry))
                        : Optional.empty());
    }

    static FetchSettings settings(ClipServeProperties properties) {
        UrlProperties urls = properties.urls();
        var size = urls.maxSize() == null ? properties.image().maxSize() : urls.maxSize();
        int maxBytes = Math.toIntExact(Math.min(size.toBytes(), UrlProperties.MAX_SIZE.toBytes()));
        return new FetchSettings(
                new UrlRules(urls.allowHttp(), AllowedHosts.of(urls.allowedHosts()), urls.maxRedirects()),
                maxBytes,
                Math.max(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, maxBytes),
                urls.connectTimeout(),
                urls.timeout(),
                urls.concurrency(),
                Optional.ofNullable(urls.proxy())
                        .map(proxy -> InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort())));
    }
}
