package dev.clipserve.fetch;

import dev.clipserve.batching.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/**
 * An internet of one machine: names are what a test says, 127.0.0.1 counts as public, and everything else is the inner
 * network.
 */
public final class Loopback implements Names {

    static final int MAX_BYTES = 100_000;
    static final InetAddress OUTER = InetAddress.ofLiteral("127.0.0.1");
    static final InetAddress INNER = InetAddress.ofLiteral("127.0.0.2");

    private final Map<String, Queue<List<InetAddress>>> answers = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    /** What the next lookup of a name finds; the last answer stays. */
    public Loopback knows(String name, InetAddress... addresses) {
        answers.computeIfAbsent(name, _ -> new ConcurrentLinkedQueue<>()).add(List.of(addresses));
        return this;
    }

    /** A name that is the server on this machine. */
    public Loopback knows(String name) {
        return knows(name, OUTER);
    }

    @Override
    public List<InetAddress> lookUp(String name, Deadline deadline) throws UnknownHostException {
        asked.add(name);
        Queue<List<InetAddress>> found = answers.get(name);
        if (found == null) {
            throw new UnknownHostException(name);
        }
        return found.size() > 1 ? found.remove() : found.element();
    }

    /** The names that were looked up so far. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** A fetcher in this internet. */
    public ImageFetcher fetcher(FetchSettings settings, MeterRegistry registry) {
        try {
            return fetcher(settings, registry, SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    ImageFetcher fetcher(FetchSettings settings, MeterRegistry registry, SSLContext tls) {
        return new ImageFetcher(settings, new Network(this, OUTER::equals, tls), registry);
    }

    /** Up to 100 kB, 3 redirects, by http and https, from these hosts. */
    public static FetchSettings settings(Duration timeout, int concurrency, String... hosts) {
        return settings(true, timeout, concurrency, hosts);
    }

    static FetchSettings settings(boolean http, Duration timeout, int concurrency, String... hosts) {
        return new FetchSettings(
                new UrlRules(http, AllowedHosts.of(List.of(hosts)), 3),
                MAX_BYTES,
                10 * MAX_BYTES,
                Duration.ofSeconds(20),
                timeout,
                concurrency,
                Optional.empty());
    }

    static FetchSettings by(int proxyPort, FetchSettings settings) {
        return new FetchSettings(
                settings.rules(),
                settings.maxBytes(),
                settings.memoryBytes(),
                settings.connectTimeout(),
                settings.timeout(),
                settings.concurrency(),
                Optional.of(InetSocketAddress.createUnresolved("proxy.example", proxyPort)));
    }
}
