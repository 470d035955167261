package dev.clipserve.fetch;

import static dev.clipserve.fetch.FetchFixture.BODY;
import static dev.clipserve.fetch.FetchFixture.LONG;
import static dev.clipserve.fetch.FetchFixture.failure;
import static dev.clipserve.fetch.FetchFixture.url;
import static dev.clipserve.fetch.HostileServer.redirect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipserve.batching.Deadline;
import dev.clipserve.fetch.FetchException.Reason;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that lead elsewhere, and the rules that hold there, too. */
@Timeout(120)
class ImageFetcherRedirectTest {

    private final FetchFixture fixture = new FetchFixture();

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void fetch_rebindingBetweenRedirects_isRefused() throws IOException {
        HostileServer outer = fixture.serve(redirect("/again"));
        HostileServer inner = fixture.serve("127.0.0.2", outer.port(), (head, out) -> HostileServer.image(out, BODY));
        var rebinding = new Loopback().knows("a.example", Loopback.OUTER).knows("a.example", Loopback.INNER);
        ImageFetcher fetcher =
                rebinding.fetcher(Loopback.settings(LONG, 1, "a.example:" + outer.port()), fixture.registry);

        assertThat(failure(fetcher, url(outer, "/")).reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(inner.connections()).isZero();
    }

    @Test
    void fetch_redirects_areFollowedAsOftenAsAllowed() throws IOException {
        HostileServer server = fixture.serve((head, out) -> {
            switch (head.split(" ", -1)[1]) {
                case "/3" -> redirect("2").answer(head, out);
                case "/2" ->
                    redirect("http://sub.a.example:" + fixture.first().port() + "/1")
                            .answer(head, out);
                case "/1" -> redirect("/0?a#b").answer(head, out);
                default -> HostileServer.image(out, BODY);
            }
        });
        fixture.internet.knows("sub.a.example");
        ImageFetcher fetcher = fixture.fetcher(LONG, server);

        try (FetchedImage image = fetcher.fetch(url(server, "/3"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        assertThat(server.requests())
                .hasSize(4)
                .last()
                .asString()
                .startsWith("GET /0?a HTTP")
                .contains("sub.a.example");
        assertThat(fixture.internet.asked())
                .containsExactly("a.example", "a.example", "sub.a.example", "sub.a.example");
    }

    /** The first as its UTF-8 bytes, the second as the only byte that Latin-1 has for it. */
    @ParameterizedTest
    @ValueSource(strings = {"/caf\u00C3\u00A9", "/caf\u00E9"})
    void fetch_redirectThatIsNotEscaped_isEscaped(String location) throws IOException {
        HostileServer server = fixture.serve((head, out) -> {
            if (head.startsWith("GET / ")) {
                redirect(location).answer(head, out);
            } else {
                HostileServer.image(out, BODY);
            }
        });
        ImageFetcher fetcher = fixture.fetcher(LONG, server);

        try (FetchedImage image = fetcher.fetch(url(server, "/"), Deadline.after(LONG))) {
            assertThat(image.bytes()).isEqualTo(BODY);
        }
        assertThat(server.requests()).last().asString().startsWith("GET /caf%C3%A9 HTTP");
    }

    @Test
    void fetch_redirectLoop_endsAfterAsManyAsAllowed() throws IOException {
        HostileServer server = fixture.serve(redirect("/a"));

        fixture.assertFails(server, Reason.FAILED, "more often than 3 times");
        assertThat(server.connections()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "http://169.254.169.254/latest/meta-data, NOT_ALLOWED",
        "http://[fd00:ec2::254]/, NOT_ALLOWED",
        "http://0x7f.1/, NOT_ALLOWED",
        "http://b.example/, NOT_ALLOWED",
        "//b.example/, NOT_ALLOWED",
        "http://a.example:22/, NOT_ALLOWED",
        "http://me:secret@a.example/, NOT_ALLOWED",
        "file:///etc/passwd, NOT_ALLOWED",
        "a b, FAILED"
    })
    void fetch_redirectToWhatIsNotAllowed_isRefused(String location, Reason reason) throws IOException {
        HostileServer server = fixture.serve(redirect(location));

        FetchException failure = failure(fixture.fetcher(LONG, server), url(server, "/"));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(fixture.internet.asked()).containsExactly("a.example");
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void fetch_longRedirect_fails() throws IOException {
        HostileServer server = fixture.serve(redirect("/" + "a".repeat(5_000)));

        fixture.assertFails(server, Reason.FAILED, "too long");
    }
}
