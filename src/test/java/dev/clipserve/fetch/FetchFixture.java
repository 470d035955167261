package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import dev.clipserve.fetch.HostileServer.Script;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An internet of servers that do as they please, and fetchers in it. */
final class FetchFixture implements AutoCloseable {

    static final Duration LONG = Duration.ofMinutes(1);

    static final byte[] BODY = "no image, and nobody here looks".getBytes(StandardCharsets.UTF_8);

    final Loopback internet = new Loopback().knows("a.example").knows("b.example");
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<HostileServer> servers = new ArrayList<>();

    HostileServer serve(Script script) throws IOException {
        return serve("127.0.0.1", 0, script);
    }

    HostileServer serve(String address, int port, Script script) throws IOException {
        HostileServer server = HostileServer.at(address, port, script);
        servers.add(server);
        return server;
    }

    /** The server that began first, for scripts that need it before they have it. */
    HostileServer first() {
        return servers.getFirst();
    }

    ImageFetcher fetcher(Duration timeout, HostileServer server) {
        return internet.fetcher(
                Loopback.settings(timeout, 4, "a.example:" + server.port(), "*.a.example:" + server.port()), registry);
    }

    static String url(HostileServer server, String path) {
        return "http://a.example:" + server.port() + path;
    }

    static FetchException failure(ImageFetcher fetcher, String url) {
        return catchThrowableOfType(FetchException.class, () -> fetcher.fetch(url, Deadline.after(LONG)));
    }

    void assertFails(HostileServer server, Reason reason, String words) {
        assertFails(LONG, server, reason, words);
    }

    /** Holds a fetch to failing so, to telling nothing of the network and the query, and to being counted. */
    void assertFails(Duration timeout, HostileServer server, Reason reason, String words) {
        FetchException failure = failure(fetcher(timeout, server), url(server, "/a?secret"));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(words);
        assertThat(failure.getMessage()).doesNotContain("127.0.0", "secret");
        assertThat(missed(reason)).isEqualTo(1);
    }

    /** How many fetches have failed so. */
    long missed(Reason reason) {
        return registry.timer("clipserve.url.fetch", "outcome", reason.name().toLowerCase(Locale.ROOT))
                .count();
    }

    @Override
    public void close() throws IOException {
        for (HostileServer server : servers) {
            server.close();
        }
    }
}
