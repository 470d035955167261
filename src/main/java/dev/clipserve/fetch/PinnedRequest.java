package dev.clipserve.fetch;

import dev.clipserve.batching.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One GET over a connection of its own to given addresses: the client asks nobody for others, follows nothing, repeats
 * nothing, remembers nothing and unpacks nothing. Certificates are checked against the host's name, as ever. When the
 * time is over the connection is closed, whatever it does at that moment.
 */
final class PinnedRequest implements AutoCloseable {

    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(8_192).setMaxHeaderCount(100).build();

    private final FetchTarget target;
    private final HttpGet request;
    private final CloseableHttpClient client;
    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * A request that is not sent yet, and whose time runs.
     *
     * @param addresses what is connected to: the target's own, or the proxy's
     */
    PinnedRequest(FetchTarget target, List<InetAddress> addresses, Connections connections, Deadline deadline) {
        this.target = target;
        this.request = new HttpGet("/");
        // As a URI, a path that begins with two slashes would be another host.
        request.setPath(target.path());
        request.setHeader("Accept", "image/*");
        request.setHeader("Accept-Encoding", "identity");
        request.setHeader("Connection", "close");
        this.client = client(addresses, connections, deadline);
        Thread.ofVirtual().start(() -> watch(deadline));
    }

    /** How connections are made. */
    record Connections(FetchSettings settings, TlsSocketStrategy tls) {

        static Connections of(FetchSettings settings, Network network) {
            return new Connections(
                    settings,
                    new DefaultClientTlsStrategy(
                            network.tls(), HostnameVerificationPolicy.BOTH, HttpsSupport.getDefaultHostnameVerifier()));
        }
    }

    private static CloseableHttpClient client(List<InetAddress> addresses, Connections connections, Deadline deadline) {
        var manager = BasicHttpClientConnectionManager.create(
                null,
                new Pinned(addresses),
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", connections.tls())
                        .build(),
                ManagedHttpClientConnectionFactory.builder().http1Config(LIMITS).build());
        Timeout connect = timeout(connections.settings().connectTimeout());
        Timeout read = timeout(deadline.remaining());
        manager.setConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(connect)
                .setSocketTimeout(read)
                .build());
        manager.setTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build());
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(manager)
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("ClipServe")
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setAuthenticationEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .setResponseTimeout(read)
                        .build());
        connections
                .settings()
                .proxy()
                .ifPresent(proxy -> builder.setProxy(new HttpHost(proxy.getHostString(), proxy.getPort())));
        return builder.build();
    }

    /** Not shorter than the time by a part of a millisecond: what ends by it must not be taken for an earlier fault. */
    private static Timeout timeout(Duration time) {
        return Timeout.ofMilliseconds(Math.max(1, time.toMillis() + 1));
    }

    /** The answer, its body not read yet. */
    ClassicHttpResponse send() throws IOException {
        // A default port is not spelled out, or URLs whose signature covers the host would not be as they were signed.
        int port = target.port() == target.defaultPort() ? -1 : target.port();
        try {
            return client.executeOpen(
                    new HttpHost(target.scheme(), target.host().text(), port), request, null);
        } catch (IllegalStateException e) {
            if (request.isCancelled()) {
                // What the client says where the time was over before there was a connection.
                throw new IOException("cancelled before it was sent", e);
            }
            throw e;
        }
    }

    private void watch(Deadline deadline) {
        try {
            if (!done.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                request.cancel();
            }
        } catch (InterruptedException e) {
            request.cancel();
        }
    }

    /** Ends the connection at once, whatever is left to read. */
    @Override
    public void close() {
        done.countDown();
        request.cancel();
        client.close(CloseMode.IMMEDIATE);
    }

    /** Knows these addresses, whatever it is asked. */
    private record Pinned(List<InetAddress> addresses) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) {
            return addresses.toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
