package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpHead;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the hub and to wherever it leads. Redirects are followed here, since the token may go to the hub only:
 * blob stores are others' machines, and their URLs carry signatures of their own.
 */
final class HubConnection implements AutoCloseable {

    private static final int MOST_REDIRECTS = 5;

    /** Signed URLs of blob stores are long, and so may be the names of the policies in headers. */
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(32_768).setMaxHeaderCount(200).build();

    private final HubSettings settings;
    private final CloseableHttpClient client;

    HubConnection(HubSettings settings) {
        this.settings = settings;
        Timeout silence = timeout(settings.limits().silence());
        Timeout connect = timeout(settings.limits().connect());
        var manager = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(settings.limits().parallel())
                .setMaxConnTotal(4 * settings.limits().parallel())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(LIMITS)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(silence)
                        .build())
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connect).build())
                .useSystemProperties()
                .build();
        this.client = HttpClientBuilder.create()
                .setConnectionManager(manager)
                .useSystemProperties()
                .setProxySelector(Proxies.ofEnvironment(System.getenv()).orElse(null))
                .setUserAgent("ClipServe")
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setAuthenticationEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .setResponseTimeout(silence)
                        .setConnectionRequestTimeout(silence)
                        .build())
                .build();
    }

    private static Timeout timeout(Duration time) {
        return Timeout.ofMilliseconds(time.toMillis());
    }

    /**
     * Asks for what is at a URI, and follows where it leads.
     *
     * @param from the first byte that is wanted
     */
    HubAnswer get(URI uri, long from) throws IOException {
        URI at = uri;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HubAnswer answer = send(new HttpGet(at), at, from);
            Optional<URI> next = next(answer, at);
            if (next.isEmpty()) {
                return answer;
            }
            answer.close();
            at = next.get();
        }
        throw new HubException(
                Reason.AWAY,
                "The hub's answers lead from one to another, more than " + MOST_REDIRECTS + " times: " + shown(uri)
                        + ".",
                "See that HF_ENDPOINT names a hub.");
    }

    /** Asks what the hub itself says of a file; its redirects to other machines are answers, not followed. */
    HubAnswer head(URI uri) throws IOException {
        URI at = uri;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HubAnswer answer = send(new HttpHead(at), at, 0);
            Optional<URI> next = next(answer, at).filter(this::isHub);
            if (next.isEmpty()) {
                return answer;
            }
            answer.close();
            at = next.get();
        }
        throw new HubException(
                Reason.AWAY,
                "The hub does not say what is at " + shown(uri) + ".",
                "See that HF_ENDPOINT names a hub.");
    }

    private HubAnswer send(HttpUriRequestBase request, URI at, long from) throws IOException {
        // What is counted and verified are the bytes themselves.
        request.setHeader("Accept-Encoding", "identity");
        if (from > 0) {
            request.setHeader("Range", "bytes=" + from + "-");
        }
        if (isHub(at)) {
            settings.token().ifPresent(token -> request.setHeader("Authorization", token.header()));
        }
        try {
            return new HubAnswer(request, client.executeOpen(RoutingSupport.determineHost(request), request, null));
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Optional<URI> next(HubAnswer answer, URI at) {
        Optional<String> location = answer.location();
        if (location.isEmpty()) {
            return Optional.empty();
        }
        URI next = resolved(at, location.get());
        boolean web = next != null && next.getHost() != null && isWeb(next) && next.getUserInfo() == null;
        // Behind https nothing may be read or changed on the way.
        if (next == null || !web || ("https".equals(at.getScheme()) && !"https".equals(next.getScheme()))) {
            answer.close();
            throw new HubException(
                    Reason.AWAY,
                    "The hub leads to an address that is not followed: " + HubFile.printable(location.get()) + ".",
                    "See that HF_ENDPOINT names a hub, by https.");
        }
        return Optional.of(next);
    }

    private static boolean isWeb(URI uri) {
        return "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    }

    private static @Nullable URI resolved(URI at, String location) {
        try {
            return at.resolve(location);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether a URI is of the hub itself: the same scheme, host and port. */
    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equalsIgnoreCase(uri.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    /** Without its query, which may be a signature. */
    static String shown(URI uri) {
        return HubFile.printable(uri.getScheme() + "://" + uri.getAuthority() + uri.getPath());
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
