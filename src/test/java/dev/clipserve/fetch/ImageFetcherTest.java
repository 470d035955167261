package dev.clipserve.fetch;

import static dev.clipserve.fetch.FetchFixture.BODY;
import static dev.clipserve.fetch.FetchFixture.LONG;
import static dev.clipserve.fetch.FetchFixture.failure;
import static dev.clipserve.fetch.FetchFixture.url;
import static dev.clipserve.fetch.HostileServer.bytes;
import static dev.clipserve.fetch.HostileServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import dev.clipserve.fetch.HostileServer.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Real connections to servers that do as they please, and names that are whatever they want. */
@Timeout(120)
class ImageFetcherTest {

    /** For what never ends by itself. */
    private static final Duration SHORT = Duration.ofMillis(500);

    private final FetchFixture fixture = new FetchFixture();

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void fetch_allowed_isTheBytesWhateverTheirType() throws IOException {
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, BODY));
        ImageFetcher fetcher = fixture.fetcher(LONG, server);

        try (FetchedImage image = fetcher.fetch(url(server, "/cat%20.jpg?q=1#f"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        String head = server.requests().getFirst();
        assertThat(head)
                .startsWith("GET /cat%20.jpg?q=1 HTTP/1.1\r\n")
                .contains("Host: a.example:" + server.port() + "\r\n")
                .contains("User-Agent: ClipServe\r\n")
                .contains("Accept-Encoding: identity\r\n")
                .doesNotContainIgnoringCase("cookie")
                .doesNotContainIgnoringCase("authorization")
                .doesNotContainIgnoringCase("upgrade");
        assertThat(fixture.registry
                        .timer("clipserve.url.fetch", "outcome", "fetched")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void fetch_lengthNotAnnounced_isReadToTheEnd() throws IOException {
        HostileServer server = fixture.serve(
                bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));

        try (FetchedImage image = fixture.fetcher(LONG, server).fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).asString().isEqualTo("abcde");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//b.example/a", "/?", "/a?b=http://b.example/", "/@b.example", "/%0d%0aX:%20a", "/a;b"})
    void fetch_pathThatLooksLikeAHost_isAPath(String path) throws IOException {
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, BODY));

        fixture.fetcher(LONG, server)
                .fetch(url(server, path), Deadline.after(LONG))
                .close();

        assertThat(server.requests().getFirst())
                .startsWith("GET " + path + " HTTP/1.1\r\n")
                .contains("Host: a.example:" + server.port() + "\r\n");
    }

    @Test
    void fetch_exactlyTheMostBytes_isTaken() throws IOException {
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, new byte[Loopback.MAX_BYTES]));

        try (FetchedImage image = fixture.fetcher(LONG, server).fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).hasSize(Loopback.MAX_BYTES);
        }
    }

    /** Bars are line breaks. */
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 404 Not Found|Content-Length: 0||, status 404",
        "HTTP/1.1 206 Partial Content|Content-Length: 1||a, status 206",
        "HTTP/1.1 204 No Content||, status 204",
        "HTTP/1.1 302 Found|Content-Length: 0||, status 302",
        "HTTP/1.1 401 No|WWW-Authenticate: Basic realm=a|Content-Length: 0||, status 401",
        "HTTP/1.1 503 No|Retry-After: 0|Content-Length: 0||, status 503",
        "HTTP/1.1 200 OK|Content-Encoding: gzip|Content-Length: 3||abc, compressed",
        "'HTTP/1.1 200 OK|Content-Encoding: identity, br|Content-Length: 3||abc', compressed",
        "'HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||3|abc|0||', breaks off",
        "HTTP/1.1 200 OK|Content-Length: 9||abc, breaks off",
        "HTTP/1.1 200 OK|Content-Length: -1||abc, breaks off",
        "HTTP/1.1 200 OK|Content-Length: 1e9||abc, breaks off",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||fffffffffffffffff|abc, breaks off",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||9|abc, breaks off",
        "SSH-2.0-OpenSSH|, breaks off",
        "HTTP/1.1 abc||, breaks off",
        "'', breaks off"
    })
    void fetch_answerThatIsNoImage_fails(String answer, String words) throws IOException {
        HostileServer server = fixture.serve(bytes(answer.replace("|", "\r\n")));

        fixture.assertFails(server, Reason.FAILED, words);
        assertThat(server.connections()).as("no second attempt").isEqualTo(1);
    }

    @Test
    void fetch_moreBytesAnnounced_isRefusedBeforeAByte() throws IOException {
        HostileServer server = fixture.serve((head, out) -> {
            bytes("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n").answer(head, out);
            out.flush();
            fixture.first().hang();
        });

        fixture.assertFails(server, Reason.TOO_LARGE, "more than the 100,000 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", "Connection: close\r\n\r\n"})
    void fetch_endlessBody_isCutAtTheMostBytes(String head) throws IOException {
        HostileServer server = fixture.serve((request, out) -> {
            bytes("HTTP/1.1 200 OK\r\n" + head).answer(request, out);
            while (true) {
                out.write(new byte[8_192]);
            }
        });

        fixture.assertFails(server, Reason.TOO_LARGE, "more than the 100,000 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX-Header: ",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
                ""
            })
    void fetch_slowDrip_endsWithItsTime(String start) throws IOException {
        HostileServer server = fixture.serve((head, out) -> {
            bytes(start).answer(head, out);
            fixture.first().drip(out, "a");
        });

        fixture.assertFails(SHORT, server, Reason.FAILED, "within 500 ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n\r\n", "X: aaaaaaaaaaaaaa\r\n"})
    void fetch_endlessHeaders_end(String repeated) throws IOException {
        HostileServer server = fixture.serve((head, out) -> {
            if (repeated.startsWith("X")) {
                bytes("HTTP/1.1 200 OK\r\n").answer(head, out);
            }
            while (true) {
                bytes(repeated).answer(head, out);
            }
        });

        FetchException failure = failure(fixture.fetcher(Duration.ofSeconds(2), server), url(server, "/"));

        assertThat(failure.reason()).isIn(Reason.FAILED, Reason.TOO_LARGE);
    }

    @Test
    void fetch_hostThatHangsWithTls_endsWithItsTime() throws IOException {
        HostileServer server = fixture.serve((head, out) -> {});
        String url = "https://a.example:" + server.port() + "/";

        assertThat(failure(fixture.fetcher(SHORT, server), url)).hasMessageContaining("within 500 ms");
    }

    @Test
    void fetch_requestsOwnTimeOver_isLate() throws IOException {
        HostileServer server = fixture.serve((head, out) -> fixture.first().hang());
        ImageFetcher fetcher = fixture.fetcher(LONG, server);

        var failure = catchThrowableOfType(
                FetchException.class, () -> fetcher.fetch(url(server, "/"), Deadline.after(SHORT)));

        assertThat(failure.reason()).isEqualTo(Reason.LATE);
    }

    /** The request is given up while its connection is still being prepared. */
    @Test
    void fetch_timeOverBeforeThereIsAConnection_fails() throws Exception {
        HostileServer server = fixture.serve((head, out) -> fixture.first().hang());
        Names slow = (name, deadline) -> {
            while (!deadline.hasPassed()) {
                Thread.onSpinWait();
            }
            return List.of(Loopback.OUTER);
        };
        var network = new Network(slow, Loopback.OUTER::equals, SSLContext.getDefault());
        var fetcher = new ImageFetcher(
                Loopback.settings(Duration.ofMillis(1), 1, "a.example:" + server.port()), network, fixture.registry);

        FetchException failure = failure(fetcher, url(server, "/"));

        assertThat(failure.reason()).isEqualTo(Reason.FAILED);
        assertThat(failure).hasMessageContaining("within 1 ms");
    }

    @Test
    void fetch_nobodyListens_fails() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, Loopback.OUTER)) {
            port = socket.getLocalPort();
        }
        ImageFetcher fetcher =
                fixture.internet.fetcher(Loopback.settings(LONG, 1, "a.example:" + port), fixture.registry);

        assertThat(failure(fetcher, "http://a.example:" + port + "/"))
                .hasMessage("The URL's host does not take connections.");
        assertThat(fixture.missed(Reason.FAILED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, 127.0.0.2",
        "a.example, 127.0.0.1 127.0.0.2",
        "a.example, 127.0.0.2 127.0.0.1",
        "a.example, ",
        "b.example, 127.0.0.1"
    })
    void fetch_hostThatIsNotAllowed_isToldInOneWayWhateverTheReason(String host, String addresses) throws IOException {
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, BODY));
        var names = new Loopback();
        if (addresses != null) {
            names.knows(
                    host,
                    List.of(addresses.split(" ")).stream()
                            .map(InetAddress::ofLiteral)
                            .toArray(InetAddress[]::new));
        }
        ImageFetcher fetcher =
                names.fetcher(Loopback.settings(LONG, 1, "a.example:" + server.port()), fixture.registry);

        FetchException failure = failure(fetcher, "http://" + host + ":" + server.port() + "/");

        assertThat(failure.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(failure).hasMessage(FetchException.hostNotAllowed().getMessage());
        assertThat(server.connections()).isZero();
        assertThat(names.asked())
                .as("no lookups for those who are not listed")
                .isEqualTo(host.equals("a.example") ? List.of(host) : List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "[::1]", "[::ffff:127.0.0.2]", "169.254.169.254", "0.0.0.0"})
    void fetch_addressThatIsNotPublic_isToldInTheSameWay(String host) {
        ImageFetcher fetcher = fixture.internet.fetcher(Loopback.settings(LONG, 1, "*"), fixture.registry);

        assertThat(failure(fetcher, "http://" + host + "/"))
                .hasMessage(FetchException.hostNotAllowed().getMessage());
        assertThat(fixture.internet.asked()).isEmpty();
    }

    @Test
    void fetch_nameThatIsAnotherAddressAtTheNextLookup_isConnectedToAsChecked() throws IOException {
        HostileServer outer = fixture.serve((head, out) -> HostileServer.image(out, BODY));
        HostileServer inner = fixture.serve("127.0.0.2", outer.port(), (head, out) -> HostileServer.image(out, BODY));
        var rebinding = new Loopback().knows("a.example", Loopback.OUTER).knows("a.example", Loopback.INNER);
        ImageFetcher fetcher =
                rebinding.fetcher(Loopback.settings(LONG, 1, "a.example:" + outer.port()), fixture.registry);

        try (FetchedImage image = fetcher.fetch(url(outer, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        assertThat(rebinding.asked()).containsExactly("a.example");
        assertThat(failure(fetcher, url(outer, "/")).reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(inner.connections()).isZero();
    }

    @Test
    void fetch_http_isRefusedUnlessAllowed() {
        ImageFetcher fetcher = fixture.internet.fetcher(Loopback.settings(false, LONG, 1, "*"), fixture.registry);

        assertThat(failure(fetcher, "http://a.example/")).hasMessageContaining("not https");
        assertThat(fixture.internet.asked()).isEmpty();
    }

    @Test
    void fetch_manyAtOnce_areSoManyAtATime() throws Exception {
        var active = new AtomicInteger();
        var most = new AtomicInteger();
        var pairs = new CyclicBarrier(2);
        HostileServer server = fixture.serve((head, out) -> {
            most.accumulateAndGet(active.incrementAndGet(), Math::max);
            pairs.await(30, TimeUnit.SECONDS);
            active.decrementAndGet();
            HostileServer.image(out, BODY);
        });
        ImageFetcher fetcher =
                fixture.internet.fetcher(Loopback.settings(LONG, 2, "a.example:" + server.port()), fixture.registry);
        List<Future<Integer>> fetched = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                fetched.add(threads.submit(() -> {
                    try (FetchedImage image = fetcher.fetch(url(server, "/"), Deadline.after(LONG))) {
                        return image.bytes().length;
                    }
                }));
            }
        }
        for (Future<Integer> image : fetched) {
            assertThat(image.get()).isEqualTo(BODY.length);
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void fetch_memoryTaken_waitsUntilItIsGivenBack() throws IOException {
        HostileServer server = fixture.serve((head, out) -> HostileServer.image(out, new byte[Loopback.MAX_BYTES]));
        ImageFetcher fetcher = fixture.fetcher(LONG, server);
        List<FetchedImage> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(fetcher.fetch(url(server, "/"), Deadline.after(LONG)));
        }

        var failure = catchThrowableOfType(
                FetchException.class, () -> fetcher.fetch(url(server, "/"), Deadline.after(SHORT)));
        assertThat(failure.reason()).isEqualTo(Reason.LATE);
        held.forEach(FetchedImage::close);
        try (FetchedImage image = fetcher.fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).hasSize(Loopback.MAX_BYTES);
        }
    }

    @Test
    void fetch_failures_giveBackTurnsAndMemory() throws IOException {
        var script = new AtomicReference<Script>(bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\nabc"));
        HostileServer server = fixture.serve((head, out) -> script.get().answer(head, out));
        ImageFetcher fetcher = fixture.fetcher(LONG, server);

        for (int i = 0; i < 20; i++) {
            assertThat(failure(fetcher, url(server, "/")).reason()).isEqualTo(Reason.FAILED);
        }
        script.set((head, out) -> HostileServer.image(out, BODY));
        try (FetchedImage image = fetcher.fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        assertThat(fixture.missed(Reason.FAILED)).isEqualTo(20);
    }

    @Test
    void fetch_allTurnsTaken_isBusy() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        Names slow = (name, deadline) -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        };
        var network = new Network(slow, Loopback.OUTER::equals, SSLContext.getDefault());
        var fetcher = new ImageFetcher(Loopback.settings(SHORT, 1, "a.example"), network, fixture.registry);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<FetchException> first = threads.submit(() -> failure(fetcher, "https://a.example/"));
            asked.await();

            assertThat(failure(fetcher, "https://a.example/").reason()).isEqualTo(Reason.BUSY);
            answer.countDown();
            assertThat(first.get().reason()).isEqualTo(Reason.NOT_ALLOWED);
        }
    }

    @Test
    void fetch_failure_isLoggedByItsHostOnly() throws IOException {
        var logger = (Logger) LoggerFactory.getLogger("dev.clipserve.fetch");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        try {
            HostileServer server = fixture.serve(redirect("/path?other=secret"));

            fixture.assertFails(server, Reason.FAILED, "more often");
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .contains("from http://a.example:", ": The URL redirects more often")
                .doesNotContain("secret", "/path");
    }
}
