package dev.clipserve.fetch;

import static dev.clipserve.fetch.FetchFixture.BODY;
import static dev.clipserve.fetch.FetchFixture.LONG;
import static dev.clipserve.fetch.FetchFixture.failure;
import static dev.clipserve.fetch.FetchFixture.url;
import static dev.clipserve.fetch.HostileServer.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Proxies: none but that of the settings, which looks names up itself. */
@Timeout(120)
class ImageFetcherProxyTest {

    private final FetchFixture fixture = new FetchFixture();

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void fetch_proxyAndHttps_isATunnelToTheName() throws IOException {
        HostileServer proxy = fixture.serve(bytes("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        var names = new Loopback().knows("proxy.example", Loopback.OUTER);
        ImageFetcher fetcher =
                names.fetcher(Loopback.by(proxy.port(), Loopback.settings(LONG, 1, "a.example")), fixture.registry);

        assertThat(failure(fetcher, "https://a.example/a?secret").reason()).isEqualTo(Reason.FAILED);
        assertThat(proxy.requests()).hasSize(1);
        assertThat(proxy.requests().getFirst())
                .startsWith("CONNECT a.example:443 HTTP/1.1\r\n")
                .doesNotContain("secret");
    }

    /** The caller learns that it is not the host, and the log what to look at. */
    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "another.example"})
    void fetch_proxyThatIsNotThere_isTheServicesOwnFault(String known) throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, Loopback.OUTER)) {
            port = socket.getLocalPort();
        }
        ImageFetcher fetcher = new Loopback()
                .knows(known, Loopback.OUTER)
                .fetcher(Loopback.by(port, Loopback.settings(LONG, 1, "a.example")), fixture.registry);
        var logger = (Logger) LoggerFactory.getLogger("dev.clipserve.fetch");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        try {
            FetchException failure = failure(fetcher, "https://a.example/a?secret");

            assertThat(failure.reason()).isEqualTo(Reason.FAILED);
            assertThat(failure).hasMessage("This service's own way to other hosts fails.");
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .startsWith("No connection to the proxy proxy.example:" + port + ": ")
                    .doesNotContain("secret");
        });
    }

    @Test
    void fetch_systemsProxy_isNotAsked() throws IOException {
        HostileServer proxy = fixture.serve((head, out) -> {});
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, BODY));
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", String.valueOf(proxy.port()));
        try (FetchedImage image = fixture.fetcher(LONG, server).fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
            assertThat(proxy.connections()).isZero();
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
        }
    }

    @Test
    void fetch_proxyOfTheSettings_isAskedForAllowedHostsAndLooksThemUp() throws IOException {
        HostileServer proxy = fixture.serve((head, out) -> HostileServer.image(out, BODY));
        var names = new Loopback().knows("proxy.example", Loopback.OUTER);
        ImageFetcher fetcher = names.fetcher(
                Loopback.by(proxy.port(), Loopback.settings(LONG, 1, "a.example", "127.0.0.2")), fixture.registry);

        try (FetchedImage image = fetcher.fetch("http://a.example/a", Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        assertThat(proxy.requests().getFirst())
                .startsWith("GET http://a.example/a HTTP/1.1\r\n")
                .contains("Host: a.example\r\n");
        assertThat(failure(fetcher, "http://b.example/").reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(failure(fetcher, "http://127.0.0.2/").reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(proxy.connections()).isEqualTo(1);
        assertThat(names.asked()).containsExactly("proxy.example");
    }
}
