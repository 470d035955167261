package dev.clipserve.hub;

import dev.clipserve.hub.HubException.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name, as other programs take them. */
final class Proxies extends ProxySelector {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1\\]");

    private final Map<String, String> environment;

    private Proxies(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Empty where the environment names none; then Java's own settings apply. */
    static Optional<ProxySelector> ofEnvironment(Map<String, String> environment) {
        var proxies = new Proxies(environment);
        return proxies.named("https").or(() -> proxies.named("http")).isPresent()
                ? Optional.of(proxies)
                : Optional.empty();
    }

    private Optional<String> named(String scheme) {
        return variable(scheme + "_proxy").or(() -> variable("all_proxy"));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (isExempt(uri.getHost())) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of(named(uri.getScheme().toLowerCase(Locale.ROOT))
                .map(Proxies::proxy)
                .orElse(Proxy.NO_PROXY));
    }

    private boolean isExempt(String host) {
        return LOOPBACK.matcher(host).matches()
                || variable("no_proxy").stream()
                        .flatMap(list -> List.of(list.split("[,\\s]+")).stream())
                        .map(entry -> entry.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
                        .anyMatch(entry -> entry.equals("*")
                                || entry.equals(host.toLowerCase(Locale.ROOT))
                                || host.toLowerCase(Locale.ROOT).endsWith("." + entry));
    }

    private static Proxy proxy(String setting) {
        try {
            URI uri = URI.create(setting.contains("://") ? setting : "http://" + setting);
            if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new HubException(
                Reason.NAME,
                "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no proxy that can be used here.",
                "Let it be http://HOST:PORT, without a user.");
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // Who asked is told by the exception.
    }
}
