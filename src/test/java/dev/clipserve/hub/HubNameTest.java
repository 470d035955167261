package dev.clipserve.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipserve.hub.HubException.Reason;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small words of a hub: names, digests, sizes, tokens, addresses, proxies, and the catalogue that ships. */
class HubNameTest {

    @ParameterizedTest
    @CsvSource({
        "hf:Xenova/clip-vit-base-patch32, Xenova/clip-vit-base-patch32, main, hf:Xenova/clip-vit-base-patch32",
        "hf:o/n@main, o/n, main, hf:o/n",
        "hf:o/n@v1.0, o/n, v1.0, hf:o/n@v1.0",
        "o/n@refs/pr/1, o/n, refs/pr/1, hf:o/n@refs/pr/1",
        "hf:a_b/c.d-e@0123456789abcdef0123456789abcdef01234567, a_b/c.d-e, 0123456789abcdef0123456789abcdef01234567, hf:a_b/c.d-e@0123456789abcdef0123456789abcdef01234567"
    })
    void parse_name_hasRepositoryAndRevision(String text, String repository, String revision, String written) {
        HubName name = HubName.parse(text);

        assertThat(name.repository()).isEqualTo(repository);
        assertThat(name.revision()).isEqualTo(revision);
        assertThat(name.isPinned()).isEqualTo(revision.length() == 40);
        assertThat(name).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf:",
                "hf:name",
                "hf:a/b/c",
                "hf:../b",
                "hf:a/..",
                "hf:a--b/c",
                "hf:.a/b",
                "hf:a/b-",
                "hf:a b/c",
                "hf:a/b@",
                "hf:a/b@../x",
                "hf:a/b@a..b",
                "hf:a/b@a//b",
                "hf:a/b@-x",
                "hf:a/b@x y",
                "hf:a/b@x?y",
                "hf:a/b@x@y"
            })
    void parse_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> HubName.parse(text)).isInstanceOfSatisfying(HubException.class, fault -> {
            assertThat(fault.reason()).isEqualTo(Reason.NAME);
            assertThat(fault.remedy()).contains("hf:OWNER/NAME");
        });
    }

    /** {@code printf 'hello\n' | git hash-object --stdin} and {@code | sha256sum}. */
    @ParameterizedTest
    @CsvSource({
        "ce013625030ba8dba906f756967f9e9ca394464a, true",
        "ce013625030ba8dba906f756967f9e9ca394464b, false",
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03, true",
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be04, false"
    })
    void matches_file_byGitsIdOrSha256(String hex, boolean matches, @TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "hello\n", StandardCharsets.US_ASCII);

        assertThat(FileDigest.of("\"" + hex + "\"").orElseThrow().matches(file)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "\"abc-7\"", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be0g"})
    void of_etagThatIsNoDigest_isNothing(String etag) {
        assertThat(FileDigest.of(etag)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.00 kB",
        "999499, 999 kB",
        "999500, 1.00 MB",
        "12345678, 12.3 MB",
        "605000000, 605 MB",
        "1710000000, 1.71 GB",
        "9223372036854775807, 9.22 EB"
    })
    void sizes_bytes_haveThreeDigits(long bytes, String words) {
        assertThat(Sizes.of(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"huggingface.co", "ftp://hub", "https://", "https://user@hub", "https://hub?x=1", "https://h b"})
    void endpoint_noUrlOfAHub_isRefused(String setting) {
        assertThatThrownBy(() -> HubSettings.endpoint(setting)).hasMessageContaining("is no URL of a hub");
    }

    @Test
    void endpoint_withAUser_isRefusedUnquoted() {
        assertThatThrownBy(() -> HubSettings.endpoint("https://me:se/cret@hub.example"))
                .hasMessageContaining("@hub.example")
                .hasMessageNotContaining("cret");
    }

    @Test
    void cache_blank_isNotTheCurrentFolder() {
        assertThatThrownBy(() -> HubSettings.cache(" ")).hasMessageContaining("clipserve.hub.cache names no folder");
    }

    @Test
    void endpoint_slashAtItsEnd_goesAway() {
        assertThat(HubSettings.endpoint(" https://hub.example/path/ ")).hasToString("https://hub.example/path");
    }

    @Test
    void endpoint_schemeInCapitals_isInSmallLetters() {
        assertThat(HubSettings.endpoint("HTTPS://hub.example/Path")).hasToString("https://hub.example/Path");
    }

    @Test
    void token_inWords_isNotThere() {
        assertThat(AccessToken.of("hf_secret").orElseThrow().toString()).doesNotContain("secret");
        assertThat(AccessToken.of(" \n")).isEmpty();
        assertThatThrownBy(() -> AccessToken.of("hf_sec\nret")).hasMessageNotContaining("hf_sec");
        assertThatThrownBy(() -> AccessToken.of("geheim wort")).hasMessageNotContaining("geheim");
    }

    @ParameterizedTest
    @CsvSource({
        "https://hub.example/x, proxy.example:3128",
        "http://hub.example/x, DIRECT",
        "https://in.example.org/x, DIRECT",
        "https://example.org/x, DIRECT",
        "https://notexample.org/x, proxy.example:3128",
        "https://127.0.0.1:9/x, DIRECT"
    })
    void proxies_ofTheEnvironment_areTakenUnlessExempt(String uri, String proxy) {
        ProxySelector proxies = Proxies.ofEnvironment(
                        Map.of("HTTPS_PROXY", "http://proxy.example:3128", "no_proxy", "localhost, .example.org"))
                .orElseThrow();

        assertThat(proxies.select(URI.create(uri)))
                .singleElement()
                .satisfies(chosen -> assertThat(
                                chosen.type() == Proxy.Type.DIRECT
                                        ? "DIRECT"
                                        : chosen.address().toString())
                        .contains(proxy.equals("DIRECT") ? proxy : "proxy.example")
                        .contains(proxy.replaceAll(".*:", "")));
    }

    @Test
    void proxies_emptyEnvironment_areJavas() {
        assertThat(Proxies.ofEnvironment(Map.of("HTTPS_PROXY", ""))).isEmpty();
    }

    @Test
    void proxies_withAUser_areRefusedUnquoted() {
        ProxySelector proxies = Proxies.ofEnvironment(Map.of("https_proxy", "http://me:word@proxy:1"))
                .orElseThrow();

        assertThatThrownBy(() -> proxies.select(URI.create("https://hub.example")))
                .hasMessageContaining("is no proxy that can be used here")
                .hasMessageNotContaining("word");
    }

    @Test
    void catalogue_shipped_isWhole() {
        Catalogue catalogue = Catalogue.shipped();

        assertThat(catalogue.models()).isNotEmpty().allSatisfy(model -> {
            assertThat(model.name()).matches("[a-z0-9-]+");
            assertThat(model.licence()).isNotBlank();
            assertThat(model.about()).isNotBlank();
            assertThat(model.megabytes()).isBetween(10, 10_000);
            assertThat(model.logitScale()).isBetween(1.0, 1000.0);
            assertThat(model.original()).matches("[^/]+/[^/]+");
            assertThat(model.hubName().revision()).isEqualTo("main");
        });
        assertThat(catalogue.names()).doesNotHaveDuplicates().contains("clip-vit-base-patch32");
    }
}
