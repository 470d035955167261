package dev.clipserve.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.fetch.FetchException.Reason;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetchTargetTest {

    private static void assertNotAllowed(String url) {
        assertThatThrownBy(() -> FetchTarget.of(url))
                .isInstanceOfSatisfying(
                        FetchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED));
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com, 443, /",
        "HTTPS://EXAMPLE.COM:/A%20b?C=d, example.com, 443, /A%20b?C=d",
        "http://example.com:8080/a, example.com, 8080, /a",
        "https://example.com./a#fragment, example.com, 443, /a",
        "https://example.com?q, example.com, 443, /?q",
        "https://example.com//a//b, example.com, 443, //a//b",
        "https://example.com/a/../b, example.com, 443, /a/../b",
        "https://bücher.example/ü?ß, xn--bcher-kva.example, 443, /%C3%BC?%C3%9F",
        "https://example.com/cafe\u0301.jpg?\u212B, example.com, 443, /cafe%CC%81.jpg?%E2%84%AB",
        "https://example.com/\uD83D\uDC31, example.com, 443, /%F0%9F%90%B1",
        "https://ＥＸＡＭＰＬＥ。com/, example.com, 443, /",
        "https://my_bucket.example.com/, my_bucket.example.com, 443, /",
        "https://８.８.８.８/, 8.8.8.8, 443, /",
        "https://[::FFFF:127.0.0.1]/, 127.0.0.1, 443, /",
        "https://[2001:DB8::1]:8443/, 2001:db8:0:0:0:0:0:1, 8443, /"
    })
    void of_url_isTakenApart(String url, String host, int port, String path) {
        FetchTarget target = FetchTarget.of(url);

        assertThat(target.host().text()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
        assertThat(target.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.png",
                "/a.png",
                "//example.com/a.png",
                "https:example.com",
                "https:///a",
                "https://",
                "https://:443/",
                "file:///etc/passwd",
                "ftp://example.com/a",
                "gopher://example.com/",
                "jar:https://example.com!/a",
                "classpath:a",
                "javascript:1",
                " https://example.com/",
                "https://example.com/ a",
                "https://example.com/\r\nX: y",
                "https://user@example.com/",
                "https://user:secret@example.com/",
                "https://@example.com/",
                "https://example.com@127.0.0.1/",
                "https://example.com\\@127.0.0.1/",
                "https://example.com:443@127.0.0.1/",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com:99999999999/",
                "https://example.com:-1/",
                "https://example.com:4a3/",
                "https://example.com:443:443/",
                "https://exa%6dple.com/",
                "https://127.0.0.1%00.example.com/",
                "https://example..com/",
                "https://.example.com/",
                "https://-example.com/",
                "https://*.example.com/",
                "https://exam／ple.com/",
                "https://example.com\u0000/"
            })
    void of_anythingElse_isRefused(String url) {
        assertNotAllowed(url);
    }

    @Test
    void of_halfOfASurrogatePair_isRefused() {
        assertNotAllowed("https://example.com/\uD83D");
        assertNotAllowed("https://example.com/?\uDC31a");
    }

    /** Each of these is 127.0.0.1, or another address of the inner network, to some library. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "0x7f000001",
                "0X7F000001",
                "017700000001",
                "0x7f.0.0.1",
                "0x7f.1",
                "127.1",
                "127.0.1",
                "0177.0.0.1",
                "127.0.0.01",
                "0127.0.0.1",
                "00.0.0.0",
                "127.0.0.0x1",
                "0x7f.0x0.0x0.0x1",
                "0",
                "0x",
                "1",
                "256.0.0.1",
                "127.0.0.256",
                "127.0.0.1.1",
                "999999999999",
                "example.0x7f",
                "example.1",
                "１２７.1",
                "127。1",
                "①②⑦.1",
                "[::1%25lo]",
                "[fe80::1%251]",
                "[fe80::1%eth0]",
                "[::1",
                "::1",
                "[]",
                "[:]",
                "[127.0.0.1]",
                "[::ffff:0x7f.1]",
                "[1:2:3:4:5:6:7:8:9]",
                "[v1.a]",
                "[[::1]]"
            })
    void of_addressInAnOddSpelling_isRefused(String host) {
        assertNotAllowed("https://" + host + "/");
        assertNotAllowed("https://" + host + ":443/");
    }

    /** To Java, and so to all that follows, they are the IPv4 address that they mean. */
    @ParameterizedTest
    @ValueSource(
            strings = {"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "127.0.0.1", "127.0.0.1."
            })
    void of_addressThatStandsForAnother_isThatOne(String host) {
        HostName name = FetchTarget.of("https://" + host + "/").host();

        assertThat(name.text()).isEqualTo("127.0.0.1");
        assertThat(name.literal().orElseThrow().isLoopbackAddress()).isTrue();
    }

    @Test
    void of_longUrl_isRefusedBeforeItIsRead() {
        String longest = "https://example.com/" + "a".repeat(4_076);

        assertThat(FetchTarget.of(longest).path()).hasSize(4_077);
        assertNotAllowed(longest + "a");
    }

    /** Anything may come; it is a target, in a spelling that reads as itself again, or it is refused. */
    @Property
    void of_anyHost_isStableOrRefused(@ForAll String host) {
        try {
            FetchTarget target = FetchTarget.of("https://" + host + "/a");

            assertThat(target.host().text()).matches("[a-z0-9_.:-]+");
            assertThat(HostName.of(target.host().inUrl())).isEqualTo(target.host());
        } catch (FetchException e) {
            assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://other.example/x?y#z, https://other.example:443, /x?y",
        "//other.example/x, https://other.example:443, /x",
        "//other.example, https://other.example:443, /",
        "/x, https://example.com:8443, /x",
        "x, https://example.com:8443, /a/x",
        "../x, https://example.com:8443, /x",
        "?size=ü#z, https://example.com:8443, /a/b?size=%C3%BC",
        "?, https://example.com:8443, /a/b?",
        "'#z', https://example.com:8443, /a/b?secret",
        "'', https://example.com:8443, /a/b?secret",
        "http://example.com/, http://example.com:80, /"
    })
    void redirect_location_isResolved(String location, String origin, String path) {
        FetchTarget target =
                FetchTarget.of("https://example.com:8443/a/b?secret").redirect(location);

        assertThat(target.origin()).isEqualTo(origin);
        assertThat(target.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user@example.com/",
                "file:///etc/passwd",
                "https://127.1/",
                "a b",
                "http://[fe80::1%25lo]/"
            })
    void redirect_somewhereOdd_isRefused(String location) {
        var start = FetchTarget.of("https://example.com/");

        assertThatThrownBy(() -> start.redirect(location)).isInstanceOf(FetchException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://images.example.com/, true",
        "https://IMAGES.example.com./, true",
        "https://images.example.com:443/, true",
        "https://images.example.com:8443/, false",
        "http://images.example.com/, true",
        "http://images.example.com:443/, false",
        "https://evil.images.example.com/, false",
        "https://images.example.com.evil.example/, false",
        "https://a.wild.example/, true",
        "https://a.b.wild.example/, true",
        "https://wild.example/, false",
        "https://awild.example/, false",
        "https://cdn.example:8443/, true",
        "https://cdn.example/, false",
        "https://xn--bcher-kva.example/, true",
        "https://bücher.example/, true",
        "https://1.1.1.1/, true",
        "https://[::ffff:1.1.1.1]/, true",
        "https://1.1.1.2/, false"
    })
    void contain_target_goesByHostAndPort(String url, boolean expected) {
        AllowedHosts hosts = AllowedHosts.of(
                List.of("Images.Example.com", " *.wild.example ", "cdn.example:8443", "bücher.example", "1.1.1.1"));

        assertThat(hosts.contain(FetchTarget.of(url))).isEqualTo(expected);
    }

    @Test
    void contain_star_isEveryHostAtTheDefaultPort() {
        AllowedHosts hosts = AllowedHosts.of(List.of("*"));

        assertThat(hosts.contain(FetchTarget.of("https://anything.example/"))).isTrue();
        assertThat(hosts.contain(FetchTarget.of("https://anything.example:22/")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://example.com",
                "example.com/a",
                "*.*",
                "*.1.1.1.1",
                "a*.example",
                "user@a.example",
                "a:b"
            })
    void allowedHosts_entryThatIsNoHost_isRefused(String entry) {
        assertThatThrownBy(() -> AllowedHosts.of(List.of("example.com", entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + entry + "'");
    }
}
