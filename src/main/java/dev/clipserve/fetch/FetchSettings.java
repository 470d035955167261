package dev.clipserve.fetch;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * What may be fetched, and what it may take.
 *
 * @param rules which URLs
 * @param maxBytes bytes of one image
 * @param memoryBytes bytes of all images that are held at the same time; at least those of one
 * @param connectTimeout how long one connection may take to be there, and as long again to be encrypted
 * @param timeout how long one image may take in all, redirects included; as long again it may wait for its turn
 * @param concurrency images that are fetched at the same time
 * @param proxy what connections are made by; then it looks up the names of hosts, and which addresses it connects to is
 *     in its hands
 */
public record FetchSettings(
        UrlRules rules,
        int maxBytes,
        long memoryBytes,
        Duration connectTimeout,
        Duration timeout,
        int concurrency,
        Optional<InetSocketAddress> proxy) {

    public FetchSettings {
        if (maxBytes < 1 || memoryBytes < maxBytes || concurrency < 1) {
            throw new IllegalArgumentException("No room to fetch: " + concurrency + " images of " + maxBytes
                    + " bytes, in " + memoryBytes + " bytes of memory");
        }
    }
}
